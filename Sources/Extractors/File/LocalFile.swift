import Fetching
import FoundationEssentials
import Glibc

/// A file of this machine that is open. A link is followed.
final class LocalFile {
  /// A file's content, and the time of its last change.
  struct Content {
    let body: Data
    let modified: Date
  }

  static let changed = FetchError(
    .unusable, "it changed while it was read: run again when it is written, and write it under another name first")

  private let descriptor: Int32
  private let opened: stat

  var size: Int { Int(opened.st_size) }
  var modified: Date { Date(timeIntervalSince1970: Double(opened.st_mtim.tv_sec)) }

  /// - Parameter folder: the folder that the file must be in, also if it is a link; nil for any place.
  /// - Throws: `missing`; `refused` for a file that may not be read, is out of the folder, or is no file; `unusable` for one
  ///   that is too large.
  init(_ path: String, in folder: String? = nil, limit: FileSizeLimit) throws(FetchError) {
    let real = try Self.realPath(path)
    if let folder {
      let root = try Self.realPath(folder)
      guard real.hasPrefix(root.hasSuffix("/") ? root : "\(root)/") else {
        throw FetchError(.refused, "it is a link that leads out of the folder of the dataset's definition")
      }
    }
    // Opening a pipe must not wait for a writer.
    descriptor = open(real, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw Self.failure(errno) }
    do throws(FetchError) {
      opened = try Self.status(of: descriptor)
      switch opened.st_mode & S_IFMT {
      case S_IFREG: break
      case S_IFDIR: throw FetchError(.refused, "it is a directory")
      default: throw FetchError(.refused, "it is a pipe, a socket or a device, not a file")
      }
      guard opened.st_size <= limit.bytes else {
        throw FetchError(.unusable, limit.refusal(of: Int(opened.st_size)))
      }
    } catch {
      close(descriptor)
      throw error
    }
  }

  deinit { close(descriptor) }

  /// Reads a whole file.
  /// - Parameter whileReading: called once the first bytes are read.
  /// - Throws: as the initializer, and `unusable` for a file that changes meanwhile.
  static func read(
    _ path: String, in folder: String? = nil, limit: FileSizeLimit, whileReading: () -> Void = {}
  ) throws(FetchError) -> Content {
    let file = try LocalFile(path, in: folder, limit: limit)
    // One byte more than expected shows that it has grown.
    let body = try file.bytes(at: 0, count: file.size + 1, whileReading)
    guard body.count == file.size else { throw changed }
    try file.checkUnchanged()
    return Content(body: body, modified: file.modified)
  }

  /// Reads bytes, fewer of them at the end of the file.
  func bytes(at start: Int, count wanted: Int, _ whileReading: () -> Void = {}) throws(FetchError) -> Data {
    var body = Data(count: wanted)
    var count = 0
    while count < wanted {
      let read = body.withUnsafeMutableBytes { buffer in
        pread(descriptor, buffer.baseAddress.map { $0 + count }, min(buffer.count - count, 1 << 20), start + count)
      }
      if read < 0, errno == EINTR { continue }
      guard read >= 0 else { throw Self.failure(errno) }
      if read == 0 { break }
      if count == 0 { whileReading() }
      count += read
    }
    body.removeLast(body.count - count)
    return body
  }

  /// - Throws: `unusable` if the file was changed since it was opened.
  func checkUnchanged() throws(FetchError) {
    let now = try Self.status(of: descriptor)
    guard now.st_size == opened.st_size, now.st_mtim.tv_sec == opened.st_mtim.tv_sec,
      now.st_mtim.tv_nsec == opened.st_mtim.tv_nsec
    else { throw Self.changed }
  }

  private static func realPath(_ path: String) throws(FetchError) -> String {
    guard let found = realpath(path, nil) else { throw failure(errno) }
    defer { free(found) }
    return String(cString: found)
  }

  private static func status(of descriptor: Int32) throws(FetchError) -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(errno) }
    return status
  }

  private static func failure(_ code: Int32) -> FetchError {
    switch code {
    case ENOENT, ENOTDIR: FetchError(.missing, "it does not exist")
    case EACCES, EPERM: FetchError(.refused, "permission is denied: see its mode and owner")
    case ELOOP, ENAMETOOLONG: FetchError(.refused, String(cString: strerror(code)))
    default: FetchError(.unavailable, String(cString: strerror(code)))
    }
  }
}
