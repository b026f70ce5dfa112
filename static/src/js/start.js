// Before the page is drawn: says that scripts run, so that nothing jumps.
document.body.className +=
  " js-enabled" + ("noModule" in HTMLScriptElement.prototype ? " govuk-frontend-supported" : "");
