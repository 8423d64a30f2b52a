import Contracts
import Glibc
import Settings

/// The folder of the datasets' definitions: `ID/dataset.yaml` for each.
public struct DatasetFolder: Sendable, Equatable {
  /// The largest definition, in bytes. It is written by hand.
  static let maximumSize = 1 << 20
  /// The place in a function's image.
  static let imagePath = "/datasets"
  /// The place below the repository's root.
  static let repositoryPath = "statemachine/datasets"

  public let path: String

  public init(_ path: String) { self.path = path }

  /// The folder that `DATASETS_DIR` names, else that of an image, else that of the repository, below the current folder.
  public init(from environment: [String: String]) {
    if let path = environment[EnvironmentVariable.datasetsFolder.name], !path.isEmpty {
      self.path = path
    } else {
      path = access(Self.imagePath, R_OK) == 0 ? Self.imagePath : Self.repositoryPath
    }
  }

  /// Returns the path of a dataset's definition.
  public func file(of id: String) -> String { "\(folder(of: id))/dataset.yaml" }

  /// Returns the path of a dataset's own folder.
  public func folder(of id: String) -> String { "\(path)/\(id)" }

  /// Returns the ids of the datasets, in order: the folders that have a `dataset.yaml`.
  /// - Throws: `ConfigurationInvalid` if the folder cannot be read.
  public func ids() throws(PipelineError) -> [String] {
    guard let directory = opendir(path) else { throw unreadable(path, errno) }
    defer { closedir(directory) }
    var ids: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix("."), access(file(of: name), F_OK) == 0 { ids.append(name) }
    }
    return ids.sorted()
  }

  /// Reads a file, or nothing of it if it is no definition by its size or kind.
  /// - Returns: nil if there is no such file.
  /// - Throws: `ConfigurationInvalid`.
  public static func read(_ file: String) throws(PipelineError) -> [UInt8]? {
    // Opening a pipe must not wait for a writer.
    let descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw unreadable(file, errno)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw unreadable(file, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw PipelineError(.configurationInvalid, "\(file) is not a file")
    }
    // A file that grows meanwhile is cut, and then malformed or too large.
    var bytes = [UInt8](repeating: 0, count: min(Int(status.st_size), maximumSize) + 1)
    var count = 0
    while count < bytes.count {
      let read = bytes.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
      }
      if read < 0, errno == EINTR { continue }
      guard read >= 0 else { throw unreadable(file, errno) }
      if read == 0 { break }
      count += read
    }
    guard count <= maximumSize else {
      throw PipelineError(
        .configurationInvalid, "\(file) has more than \(maximumSize) bytes, which no definition needs")
    }
    return Array(bytes.prefix(count))
  }

  private static func unreadable(_ path: String, _ code: Int32) -> PipelineError {
    PipelineError(.configurationInvalid, "\(path) cannot be read (\(String(cString: strerror(code))))")
  }

  private func unreadable(_ path: String, _ code: Int32) -> PipelineError {
    let reason = Self.unreadable(path, code).message
    return PipelineError(
      .configurationInvalid, "the folder of datasets \(reason): set DATASETS_DIR to the folder that has them")
  }
}
