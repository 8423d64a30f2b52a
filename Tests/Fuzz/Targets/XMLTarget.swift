import AWS
import Foundation
import HTTP

/// Reads the input as the XML of AWS: as a document, as an error and as a listing of S3.
enum XMLTarget {
  /// The greatest depth that `XMLElement` documents.
  private static let maximumDepth = 32

  static func read(_ input: Data) throws {
    try check(error: AWSErrorBody(HTTPResponse(status: 400, body: input)))
    guard let root = XMLElement(input) else { return }
    let depth = try Self.depth(of: root)
    try require(depth <= maximumDepth, "the depth is \(depth)")
    let written = Data(document(root).utf8)
    try require(XMLElement(written) == root, "a document changes when it is written and read again: \(root)")
    try require(XMLElement(written.dropLast()) == nil, "a document without its last character is accepted")
    if let listing = S3Listing(root) { try check(listing, of: root) }
  }

  private static func check(error: AWSErrorBody) throws {
    try require(error.code?.isEmpty != true && error.code?.contains(":") != true, "the code is '\(error.code ?? "")'")
    let message = error.message ?? "x"
    try require(
      (1...500).contains(message.count) && !message.contains(where: \.isNewline), "the message is '\(message)'")
  }

  private static func check(_ listing: S3Listing, of root: XMLElement) throws {
    try require(
      listing.entries.count == root.children.count { $0.name == "Contents" }, "\(listing.entries.count) keys")
    try require(listing.entries.allSatisfy { $0.size >= 0 }, "a size is negative")
    try require(
      (root["IsTruncated"] == "true") == (listing.continuation != nil) && listing.continuation != "",
      "the token of the next page is '\(listing.continuation ?? "none")'")
  }

  private static func depth(of element: XMLElement) throws -> Int {
    try require(
      !element.name.isEmpty && !element.name.utf8.contains(UInt8(ascii: ":")), "an element's name is '\(element.name)'")
    return 1 + (try element.children.map(depth).max() ?? 0)
  }

  /// Writes the element. The prefix keeps a name that begins with `?` from being a processing instruction.
  private static func document(_ element: XMLElement) -> String {
    // As scalars: in text a mark beside a character makes another `Character` of it.
    let text = element.text.unicodeScalars.map { $0 == "&" ? "&amp;" : $0 == "<" ? "&lt;" : String($0) }.joined()
    return "<n:\(element.name)>\(text)\(element.children.map(document).joined())</n:\(element.name)>"
  }
}
