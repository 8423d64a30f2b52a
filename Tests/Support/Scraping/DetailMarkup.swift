/// Returns a field of a Drupal 7 node, as its field module writes it.
package func makeField(_ name: String, type: String = "text", label: String? = nil, _ items: String...) -> String {
  let head = label.map { "<div class=\"field-label\">\($0):&nbsp;</div>" } ?? ""
  let body = items.enumerated().map { index, item in
    "<div class=\"field-item \(index % 2 == 0 ? "even" : "odd")\">\(item)</div>"
  }
  return """
    <div class="field field-name-\(name) field-type-\(type) field-label-\(label == nil ? "hidden" : "inline clearfix")">\
    \(head)<div class="field-items">\(body.joined())</div></div>
    """
}

/// A type of the site's nodes.
package enum NodeType: String, CaseIterable, Sendable { case organization, event, artist, page }

/// Returns a page of the site with a node's fields.
package func makeDetailPage(_ type: NodeType, title: String = "Example", _ fields: String...) -> String {
  makePage(
    title: title, classes: "page-node node-type-\(type)",
    """
    <div class="node node-\(type) clearfix"><div class="content">\(fields.joined(separator: "\n"))</div></div>
    """)
}

/// Returns a page with the site's frame.
/// - Parameter classes: those of the body, which name the type of the page.
package func makePage(title: String, classes: String, _ content: String) -> String {
  """
  <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>\(title) | Example Site</title></head>
  <body class="html not-front \(classes)"><div class="field-item">a menu</div><h2 class="page-title"> \(title) </h2>
  <section id="block-system-main" class="block block-system clearfix"><h2 class="block-title"></h2>
  \(content)
  </section><footer class="footer"><span class="locality">Elsewhere</span></footer></body></html>
  """
}

package func makeAddress(street: String = "<div class=\"thoroughfare\">123 Example St</div>") -> String {
  makeField(
    "field-address", type: "addressfield",
    """
    <div class="street-block">\(street)</div><div class="addressfield-container-inline locality-block country-US">\
    <span class="locality">New Orleans</span>, <span class="state">LA</span> \
    <span class="postal-code">70116</span></div>
    """)
}

/// Returns a list of links to artists, as the textformatter module writes it.
package func makeArtists(_ artists: (name: String, link: String)...) -> String {
  let links = artists.map { "<a href=\"\($0.link)\">\($0.name)</a>" }.joined(separator: ", ")
  return makeField(
    "field-related-acts", type: "entityreference", label: "Related Acts",
    "<span class=\"textformatter-list\">\(links)</span>")
}

package func makeBody(_ html: String) -> String { makeField("body", type: "text-with-summary", html) }

package func makeGenres(_ genres: String...) -> String {
  makeField(
    "field-genres", type: "taxonomy-term-reference", label: "Genres",
    genres.map { "<a href=\"/taxonomy/term/1\">\($0)</a>" }.joined(separator: ", "))
}
