// Sets light or dark before the first paint. A file of its own, because the content security policy allows no inline script.
(function () {
  var stored = null;
  try {
    stored = localStorage.getItem("waitline-scheme");
  } catch {
    // storage is blocked: follow the system
  }
  var dark = stored === "dark" || (stored !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
