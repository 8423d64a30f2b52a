/// The object of S3 that a request names: the parameters `{bucket}` and `{key}` of each item.
public struct ObjectReference: Equatable, Sendable {
  /// The names of the parameters.
  public static let parameterNames = ["bucket", "key"]
  /// The longest id, so that the results of a run's items fit into a state of 256 KiB.
  private static let maximumIDLength = 64

  public let bucket: String?
  public let key: String?

  /// - Throws: `InvalidInput` for a bucket or a key that S3 does not have.
  public init(_ request: PlanRequest) throws(PipelineError) {
    (bucket, key) = (request.bucket, request.key)
    if let bucket {
      guard (3...63).contains(bucket.utf8.count), bucket.unicodeScalars.allSatisfy(\.isInKeyAlphabet) else {
        throw PipelineError(.invalidInput, "bucket is '\(bucket.prefix(40))': it must be a bucket's name")
      }
    }
    if let key {
      guard (1...Limits.maximumKeyBytes).contains(key.utf8.count),
        !key.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
      else {
        throw PipelineError(
          .invalidInput,
          "key has \(key.utf8.count) bytes: it must be a key of 1 to \(Limits.maximumKeyBytes) bytes, without control characters"
        )
      }
    }
  }

  public var parameters: [String: String] {
    var parameters: [String: String] = [:]
    parameters["bucket"] = bucket
    parameters["key"] = key
    return parameters
  }

  /// The id of an item that is about the object: the end of its key, and a checksum of bucket and key, which keeps objects
  /// apart. Nil without a key.
  public var itemID: String? {
    guard let key else { return nil }
    let sum = KeyChecksum.of("\(bucket ?? "")/\(key)")
    let end = KeyChecksum.cleaned(key).suffix(Self.maximumIDLength - KeyChecksum.length - 1)
    return "\(end)-\(sum)"
  }
}
