// Opens the account that an address points into, and all accounts before printing.
(function () {
  function openTarget() {
    var target = document.getElementById(location.hash.slice(1));
    var details = target && target.closest("details");
    if (details) { details.open = true; target.scrollIntoView(); }
  }
  var opened = [];
  addEventListener("hashchange", openTarget);
  addEventListener("beforeprint", function () {
    document.querySelectorAll("details:not([open])").forEach(function (d) { d.open = true; opened.push(d); });
  });
  addEventListener("afterprint", function () {
    opened.forEach(function (d) { d.open = false; });
    opened = [];
  });
  openTarget();
})();
