import Foundation

/// A reader of bytes that strangers write, and what must hold of it whatever they write.
public enum FuzzTarget: String, CaseIterable, Sendable {
  /// Listing and detail pages.
  case html
  /// Extract documents, up to the point where the database would be asked.
  case document
  /// The events of the four functions.
  case events
  /// Header lines and what their values say, robots.txt, links.
  case headers
  case warc
  case redis

  /// A promise that an input breaks. Crashes, hangs and bad memory are for the sanitizers to find.
  public struct Broken: Error, CustomStringConvertible {
    public let description: String
  }

  /// Feeds an input to the reader.
  /// - Throws: `Broken`.
  public func read(_ input: Data) throws {
    switch self {
    case .html: try HTMLTarget.shared.read(input)
    case .document: try DocumentTarget.shared.read(input)
    case .events: try EventTarget.shared.read(input)
    case .headers: try HeaderTarget.read(input)
    case .warc: try WARCTarget.read(input)
    case .redis: try RedisTarget.read(input)
    }
  }
}

func require(_ promise: Bool, _ words: @autoclosure () -> String) throws {
  if !promise { throw FuzzTarget.Broken(description: words()) }
}
