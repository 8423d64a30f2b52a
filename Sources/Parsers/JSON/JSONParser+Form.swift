import Definitions
import JQ
import JSON

extension JSONParser {
  /// The keys of `parse` with `plugin: json`.
  public static let form = PluginForm(
    "json", "JSON documents, and JSON Lines.",
    SectionForm([
      KeyForm(
        "records", .text(.jq), standard: "the document's list, or the one in data, results, items or records",
        "A path or filter of jq that selects the records: .data[]"),
      KeyForm("lines", .flag, standard: "false", "True for JSON Lines: a JSON object on each line."),
      KeyForm(
        "single", .flag, standard: "false",
        "True if an object without a list of records is one record. Only of a document of up to 128 kB."),
    ]) { section in
      if section.flag("single") == true, section["records"] != nil || section.flag("lines") == true {
        return ("single", "`records` or `lines` says what the records are: delete it")
      }
      guard section.flag("lines") == true, section["records"] != nil else { return nil }
      return ("records", "JSON Lines have a record on each line: delete it, or `lines`")
    })
}

extension Form.Rule {
  /// An expression of jq, as far as it can be checked without compiling it.
  static let jq = Form.Rule("an expression of jq that uses no environment, input, module or clock, such as .data[]") {
    JSONSelector($0) != nil || JQFilters.problem(of: $0) == nil
  }
}
