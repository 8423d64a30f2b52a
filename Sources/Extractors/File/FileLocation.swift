import Fetching
import Text

/// The place of a file, and its address in archives.
enum FileLocation: Equatable {
  /// A path below the definition's folder: `sample/products.csv`. Its address names the dataset in place of the folder, so
  /// that a replay finds it wherever the folder is: `file://sample_products/sample/products.csv`.
  case inFolder(String)
  /// A path from the root.
  case absolute(String)
  case object(bucket: String, key: String)

  /// The bucket of a definition that reads the objects that requests name.
  private static let bucketTemplate = "{bucket}"

  /// - Parameter path: a path, or `s3://BUCKET/KEY`, or of a definition `s3://{bucket}/KEY`. Returns nil for another address, for a path with `..`, and for one
  ///   without a file's name.
  init?(_ path: String) {
    let names = path.split(separator: "/", omittingEmptySubsequences: false)
    guard let last = names.last, !last.isEmpty, last != ".", !names.contains("..") || path.hasPrefix("s3://"),
      !path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
    else { return nil }
    if path.hasPrefix("s3://") {
      guard names.count > 3, Self.isBucket(names[2]) else { return nil }
      self = .object(bucket: String(names[2]), key: names[3...].joined(separator: "/"))
    } else if names[0].hasSuffix(":"), names.count > 1, names[1].isEmpty {
      return nil
    } else {
      self = path.hasPrefix("/") ? .absolute(path) : .inFolder(path)
    }
  }

  private static func isBucket(_ name: Substring) -> Bool {
    name == bucketTemplate || (3...63).contains(name.utf8.count) && name.utf8.allSatisfy { $0.isURLUnreserved }
  }

  /// The place to which the address belongs.
  /// - Parameter dataset: the dataset's id.
  func site(_ dataset: String) -> Site {
    switch self {
    case .inFolder: Site(folder: dataset)
    case .absolute: Site(folder: nil)
    case .object(Self.bucketTemplate, _): .anyBucket
    case .object(let bucket, _): Site(bucket: bucket)
    }
  }

  /// True if the location belongs to the site of a definition's path.
  func isAt(_ site: Site, _ dataset: String) -> Bool {
    guard site == .anyBucket, case .object(let bucket, _) = self else { return self.site(dataset) == site }
    return bucket != Self.bucketTemplate
  }

  func address(_ dataset: String) -> String {
    switch self {
    case .inFolder(let path): "\(site(dataset).origin)/\(Self.encoded(path))"
    case .absolute(let path): "\(site(dataset).origin)\(Self.encoded(path))"
    case .object(_, let key): "\(site(dataset).origin)/\(Self.encoded(key))"
    }
  }

  private static func encoded(_ path: String) -> String { PercentEncoding.encode(path, keeping: "/") }

  /// Returns the location that has an address; nil if it is not one of that site.
  init?(address: String, at site: Site) {
    guard let path = site.path(of: address), let decoded = PercentEncoding.decodeStrictly(path) else { return nil }
    if site == .anyBucket {
      let names = decoded.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
      guard names.count == 3 else { return nil }
      self = .object(bucket: String(names[1]), key: String(names[2]))
    } else if site.origin.hasPrefix("s3://") {
      self = .object(bucket: String(site.origin.dropFirst("s3://".count)), key: String(decoded.dropFirst()))
    } else {
      self = site == Site(folder: nil) ? .absolute(decoded) : .inFolder(String(decoded.dropFirst()))
    }
  }
}

extension FileLocation: CustomStringConvertible {
  /// The path as a definition writes it.
  var description: String {
    switch self {
    case .inFolder(let path), .absolute(let path): path
    case .object(let bucket, let key): "s3://\(bucket)/\(key)"
    }
  }
}
