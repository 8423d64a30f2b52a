import Fetching
import FoundationEssentials
import Glibc

/// Reads files of this machine.
enum LocalFile {
  /// A file's content, and the time of its last change.
  struct Content {
    let body: Data
    let modified: Date
  }

  /// Reads a whole file. A link is followed.
  /// - Parameters:
  ///   - folder: the folder that the file must be in, also if it is a link; nil for any place.
  ///   - whileReading: called once the first bytes are read.
  /// - Throws: `missing`; `refused` for a file that may not be read, is out of the folder, or is no file; `unusable` for one
  ///   that is too large, or changes meanwhile.
  static func read(
    _ path: String, in folder: String? = nil, limit: FileSizeLimit, whileReading: () -> Void = {}
  ) throws(FetchError) -> Content {
    let real = try realPath(path)
    if let folder {
      let root = try realPath(folder)
      guard real.hasPrefix(root.hasSuffix("/") ? root : "\(root)/") else {
        throw FetchError(.refused, "it is a link that leads out of the folder of the dataset's definition")
      }
    }
    // Opening a pipe must not wait for a writer.
    let descriptor = open(real, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(errno) }
    defer { close(descriptor) }
    let before = try status(of: descriptor)
    switch before.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw FetchError(.refused, "it is a directory")
    default: throw FetchError(.refused, "it is a pipe, a socket or a device, not a file")
    }
    guard before.st_size <= limit.bytes else {
      throw FetchError(.unusable, limit.refusal(of: Int(before.st_size)))
    }
    let body = try bytes(of: descriptor, size: Int(before.st_size), whileReading)
    let after = try status(of: descriptor)
    guard body.count == before.st_size, after.st_size == before.st_size, after.st_mtim.tv_sec == before.st_mtim.tv_sec,
      after.st_mtim.tv_nsec == before.st_mtim.tv_nsec
    else {
      throw FetchError(
        .unusable, "it changed while it was read: run again when it is written, and write it under another name first")
    }
    return Content(body: body, modified: Date(timeIntervalSince1970: Double(before.st_mtim.tv_sec)))
  }

  /// Reads until the end, or one byte more than expected.
  private static func bytes(of descriptor: Int32, size: Int, _ whileReading: () -> Void) throws(FetchError) -> Data {
    var body = Data(count: size + 1)
    var count = 0
    while count <= size {
      let read = body.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, min(buffer.count - count, 1 << 20))
      }
      if read < 0, errno == EINTR { continue }
      guard read >= 0 else { throw failure(errno) }
      if read == 0 { break }
      if count == 0 { whileReading() }
      count += read
    }
    body.removeLast(body.count - count)
    return body
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
