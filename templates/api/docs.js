"use strict";
SwaggerUIBundle({
  url: "{{ schema_url|escapejs }}",
  dom_id: "#swagger-ui",
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  // The key alone says who calls: no cookie goes with it.
  requestInterceptor: (request) => Object.assign(request, { credentials: "omit" }),
  ...{{ settings|safe }},
});
