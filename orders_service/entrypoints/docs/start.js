"use strict";

// Nothing is asked of any other machine: not even whether the document is valid, which the tests know.
SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  docExpansion: "none",
  validatorUrl: null,
});
