import Contracts
import Fetching
import JSON
import Processing
import Text
import Time

/// The readers of foreign text in this plugin, for the fuzzer, which needs them apart from a source.
package struct PagingProbe {
  private let site: Site
  private let address: String

  /// - Parameter address: the page that has the Link header.
  package init(site: Site, address: String) {
    self.site = site
    self.address = address
  }

  /// Returns the address to which a page's Link header leads as the next one; nil if there is none of the site.
  package func next(_ header: String) -> String? {
    var paging = Paging(.links, site: site)
    let page = PageFacts(address: address, headers: ["Link": header], recordCount: 0, document: nil)
    guard (try? paging.advance(after: page, body: .init())) == .more else { return nil }
    return paging.address
  }

  /// Reads a text as a path, and returns false if it finds a value in a document that has none.
  package static func readsPath(_ text: String) -> Bool {
    guard let selector = JSONSelector(text), selector.description != "." else { return true }
    let page = PageFacts(address: "", headers: [:], recordCount: 0, document: .object(JSONObject()))
    return (try? page.value(selector).isNull) == true
  }

  /// Returns a template with one value for every name.
  package static func filled(_ text: String, with value: String) -> String {
    let template = Template(text)
    guard
      let item = try? WorkItem(
        id: "x", parameters: Dictionary(template.names.map { ($0, value) }) { first, _ in first })
    else { return "" }
    let values = TemplateValues(item: item, date: CalendarDate(daysSinceEpoch: 0))
    return (try? RequestTemplate.address(template, values)) ?? ""
  }
}
