import Contracts
import Definitions
import Encodings
import Time

extension FeedParser {
  /// The keys of `parse` with `plugin: feed`.
  public static let form = PluginForm(
    "feed", "RSS and Atom feeds.",
    SectionForm([
      KeyForm(
        "encoding", .text(.feedEncoding), standard: "that of the document",
        "The encoding, if the document names a wrong one."),
      KeyForm("timezone", .text(.timeZone), standard: "UTC", "The zone of dates that name none."),
    ]))
}

/// The keys of `parse` with `plugin: feed`.
struct FeedOptions {
  /// The encoding that the definition names; nil for the one that the document has.
  let encoding: TextEncoding?
  /// The zone of dates that name none.
  let zone: TimeZoneRules?

  init(_ section: Section) throws(PipelineError) {
    encoding = section.text("encoding").flatMap { TextEncoding(label: $0) }
    do {
      zone = try section.text("timezone").map { (name) throws(TimeError) in try TimeZoneRules(identifier: name) }
    } catch {
      throw PipelineError(.configurationInvalid, "\(section.place): timezone: \(error)")
    }
  }
}

extension Form.Rule {
  static let feedEncoding = Form.Rule("an encoding such as utf-8, windows-1252 or iso-8859-15") { text in
    TextEncoding(label: text).map { $0 != .replacement && $0 != .userDefined } ?? false
  }
}
