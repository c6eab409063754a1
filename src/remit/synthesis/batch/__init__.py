"""Many sets of studies at once: pooling and linear fits by the batch."""

from remit.synthesis.batch.fit import FittedMany, fit_many
from remit.synthesis.batch.pool import PooledMany, pool_many, pool_stream
from remit.synthesis.batch.status import BatchStatus

__all__ = ["BatchStatus", "FittedMany", "PooledMany", "fit_many", "pool_many", "pool_stream"]
