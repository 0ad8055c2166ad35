(function () {
  var frames = function () { return document.querySelectorAll("iframe.panj-frame"); };
  addEventListener("message", function (event) {
    var height = Object(event.data).panj === "height" ? event.data.height : null;
    if (typeof height !== "number" || !(height >= 100) || height > 10000) return;
    frames().forEach(function (frame) {
      if (frame.contentWindow !== event.source) return;
      frame.style.minHeight = "0";
      frame.style.aspectRatio = "auto";
      frame.style.height = Math.ceil(height) + "px";
    });
  });
  frames().forEach(function (frame) { frame.contentWindow.postMessage({ panj: "ask" }, "*"); });
})();
