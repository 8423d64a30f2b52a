import Definitions
import JQ

extension JQTransform {
  /// The keys of a transform with `plugin: jq`.
  public static let form = PluginForm(
    "jq", "A filter of jq that makes records of each record.",
    SectionForm([
      KeyForm(
        "filter", .text(), isRequired: true,
        "The filter. Its input is a record, and its outputs are records: {id, name: .title}")
    ]) { section in
      JQFilters.problem(of: section.text("filter") ?? "").map { ("filter", $0) }
    })
}
