import APIHTML
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
    let title = "\(info?["title"]?.string ?? "") API"
    let operations = Self.operations(root)
    var html = HTMLWriter()
    html.raw("<!DOCTYPE html>")
    html.element("html", ["lang": "en"]) { html in
      html.element("head") { head in
        head.void("meta", ["charset": "utf-8"])
        head.void("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"])
        head.element("title", title)
        head.element("style") { $0.raw(Self.style) }
      }
      html.element("body") { body in
        body.element("main") { main in
          main.element("h1", title)
          main.element("p", info?["summary"]?.string ?? "")
          main.commonMark(info?["description"]?.string ?? "")
          main.raw("<p>For programs: <a href=\"openapi.json\">openapi.json</a> (OpenAPI 3.1).</p>")
          Self.writeList(operations, to: &main)
          for operation in operations { operation.write(to: &main) }
        }
      }
    }
    bytes = Array(html.text.utf8)
  }

  private static func writeList(_ operations: [DocumentedOperation], to html: inout HTMLWriter) {
    html.element("nav", ["aria-label": "Operations"]) { nav in
      nav.element("ul") { list in
        for operation in operations {
          list.element("li") { item in
            item.element("a", ["href": "#\(operation.id)"]) {
              $0.element("code", "\(operation.method) \(operation.path)")
            }
            item.text(" \(operation.summary)")
          }
        }
      }
    }
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
