import FoundationEssentials
import Time

/// An item's document with those that continue it. Each is read when it is asked for, so that one is in memory.
public struct PartedDocument {
  /// Reads a document by its key.
  public typealias Reader = (_ key: String, Deadline) throws(PipelineError) -> Data

  /// The first document, which is the only one of most items.
  public private(set) var head: Data
  /// The description of the others; nil if there are none.
  public let parts: DocumentParts?
  private let key: String
  private let read: Reader
  /// Replaces the bytes of a part; nil for the documents as they are.
  private var replace: ((_ part: Int, Data) throws(PipelineError) -> Data)?

  /// - Parameters:
  ///   - key: the key of the first document.
  ///   - read: reads the others.
  /// - Throws: `InvalidInput` for a document that continues another one; `StorageCorrupt`.
  public init(_ head: Data, at key: String, reading read: @escaping Reader) throws(PipelineError) {
    self.head = head
    self.key = key
    self.read = read
    parts = try DocumentParts(of: head, key: key)
    if let first = parts?.of {
      throw PipelineError(.invalidInput, "\(key) is a part of the document \(first): load that one")
    }
  }

  /// A document that is alone.
  public init(alone document: Data, at key: String) throws(PipelineError) {
    try self.init(document, at: key) { (key, _) throws(PipelineError) in
      throw PipelineError(.storageCorrupt, "\(key) is a part of a document, and there is no way to read it here")
    }
  }

  /// Returns the document with other bytes in place of each part's.
  public func replacing(
    _ replace: @escaping (_ part: Int, Data) throws(PipelineError) -> Data
  ) throws(PipelineError) -> PartedDocument {
    var document = self
    document.head = try replace(0, head)
    document.replace = replace
    return document
  }

  /// The number of documents.
  public var count: Int { 1 + (parts?.keys?.count ?? 0) }

  /// Returns a document by its index, from 0.
  /// - Throws: `StorageCorrupt` for one that is missing, is too large, or is of another item; the errors of the reader.
  public func part(_ index: Int, deadline: Deadline) throws(PipelineError) -> Data {
    guard index > 0, let keys = parts?.keys, index <= keys.count else { return head }
    let part = keys[index - 1]
    let document: Data
    do throws(PipelineError) { document = try read(part, deadline) } catch {
      guard error.name == .invalidInput else { throw error }
      throw PipelineError(
        .storageCorrupt,
        "\(part), part \(index + 1) of \(count) of the document \(key), is missing. Nothing was changed. A replay of the item "
          + "makes the document again from its archive")
    }
    guard document.count <= Limits.maximumDocumentBytes else {
      throw PipelineError(
        .storageCorrupt,
        "\(part) has \(document.count) bytes, and a part of a document has at most \(Limits.maximumDocumentBytes)")
    }
    guard let found = try DocumentParts(of: document, key: part), found.of == key, found.number == index + 1 else {
      throw PipelineError(.storageCorrupt, "\(part) is not part \(index + 1) of the document \(key)")
    }
    return try replace?(index, document) ?? document
  }
}
