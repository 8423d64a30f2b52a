import JSON

/// The documentation as one HTML page, made of the OpenAPI document. It has no script, and loads nothing.
struct DocumentPage: Sendable {
  let bytes: [UInt8]

  /// Allows the page's own style, and nothing else.
  static let policy =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

  init(_ document: JSONValue) {
    let root = document.object ?? JSONObject()
    let info = root["info"]?.object
    var html = HTML()
    html.raw("<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">")
    html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
    html.element("title", "\(info?["title"]?.string ?? "") API")
    html.raw("<style>\(Self.style)</style></head><body><main>")
    html.element("h1", "\(info?["title"]?.string ?? "") API")
    html.element("p", info?["summary"]?.string ?? "")
    html.commonMark(info?["description"]?.string ?? "")
    html.raw("<p>For programs: <a href=\"openapi.json\">openapi.json</a> (OpenAPI 3.1).</p>")
    let operations = Self.operations(root)
    html.raw("<nav aria-label=\"Operations\"><ul>")
    for operation in operations {
      html.raw("<li><a href=\"#\(operation.id)\">")
      html.element("code", "\(operation.method) \(operation.path)")
      html.raw("</a> ")
      html.text(operation.summary)
      html.raw("</li>")
    }
    html.raw("</ul></nav>")
    for operation in operations { operation.write(to: &html) }
    html.raw("</main></body></html>")
    bytes = Array(html.text.utf8)
  }

  private static func operations(_ root: JSONObject) -> [DocumentedOperation] {
    (root["paths"]?.object?.members ?? []).flatMap { path in
      (path.value.object?.members ?? []).map { method in
        DocumentedOperation(
          path: path.name, method: method.name.uppercased(), json: method.value.object ?? JSONObject())
      }
    }
  }

  private static let style = """
    :root{color-scheme:light dark;--line:#8884;--code:#8881}
    body{font:16px/1.5 system-ui,sans-serif;margin:0}main{max-width:60rem;margin:0 auto;padding:1rem}
    code,pre{font-family:ui-monospace,monospace;font-size:.9em;background:var(--code);border-radius:.25rem}
    code{padding:.1em .3em}pre{padding:.75rem;overflow:auto}pre code{padding:0;background:none}
    section{border-top:1px solid var(--line);margin-top:2rem}h2{overflow-wrap:anywhere}
    .wide{overflow-x:auto}table{border-collapse:collapse;width:100%}
    th,td{text-align:left;vertical-align:top;padding:.35rem .6rem;border-bottom:1px solid var(--line)}
    nav ul{list-style:none;padding:0}a:focus-visible{outline:2px solid}
    """
}
