/// The members that a document's record has beside the source's fields.
public enum LineageField {
  /// The place in the archive: the WARC record's id and the position in its body, `urn:uuid:…#17`.
  public static let record = "_record"

  /// The physical line of its row in a file, from 1. The parser adds it: the source does not have it.
  public static let sourceRow = "_source_row"
}
