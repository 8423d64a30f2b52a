import AWS
import FoundationEssentials
import Glibc

/// The calls to the file system.
enum FolderFile {
  /// Differs between two files that had the same path.
  struct Version: Equatable {
    let inode: UInt
    let seconds: Int
    let nanoseconds: Int

    fileprivate init(_ status: stat) {
      inode = UInt(status.st_ino)
      (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    }
  }

  /// Reads a file.
  /// - Returns: nil if there is none.
  /// - Throws: `tooLarge` if it has more than `limit` bytes.
  static func read(_ path: String, upTo limit: Int) throws(AWSError) -> (body: Data, version: Version)? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if [ENOENT, ENOTDIR].contains(errno) { return nil }
      throw failure(path, errno)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(path, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    guard status.st_size <= limit else {
      throw AWSError(.tooLarge, "reading", of: path, "it has \(status.st_size) bytes, and \(limit) are allowed")
    }
    // No writer changes a file that has its name.
    var body = Data(count: status.st_size)
    var count = 0
    while count < body.count {
      let read = body.withUnsafeMutableBytes { buffer in
        Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
      }
      if read < 0, errno == EINTR { continue }
      guard read >= 0 else { throw failure(path, errno) }
      guard read > 0 else { throw AWSError(.corruptResponse, "reading", of: path, "it was cut meanwhile") }
      count += read
    }
    return (body, Version(status))
  }

  /// - Returns: nil if there is no such file.
  static func version(_ path: String) throws(AWSError) -> Version? {
    var status = stat()
    guard stat(path, &status) == 0 else {
      if [ENOENT, ENOTDIR].contains(errno) { return nil }
      throw failure(path, errno)
    }
    return Version(status)
  }

  /// Replaces a file as a whole, or makes it. When this returns, it is on the disk, and so is its name.
  /// - Parameter temporary: another path in the same file system, which no other writer uses at the same time.
  static func replace(_ path: String, with body: Data, by temporary: String) throws(AWSError) {
    try makeFolders(of: path)
    // A file that a killed writer has left.
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failure(temporary, errno) }
    var written = 0
    while written < body.count {
      let count = body.withUnsafeBytes { buffer in
        write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let code = errno
        close(descriptor)
        unlink(temporary)
        throw failure(path, code)
      }
      written += count
    }
    let isOnDisk = fsync(descriptor) == 0
    let code = errno
    close(descriptor)
    guard isOnDisk else { throw failure(path, code) }
    guard rename(temporary, path) == 0 else { throw failure(path, errno) }
    try sync(parent(of: path))
  }

  static func remove(_ path: String) { unlink(path) }

  /// Returns the names of the files and of the folders in a folder; none if it does not exist. Names that begin with a
  /// dot are left out.
  static func list(_ folder: String) throws(AWSError) -> (files: [String], folders: [String]) {
    guard let directory = opendir(folder) else {
      if [ENOENT, ENOTDIR].contains(errno) { return ([], []) }
      throw failure(folder, errno)
    }
    defer { closedir(directory) }
    var (files, folders): ([String], [String]) = ([], [])
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      var status = stat()
      guard !name.hasPrefix("."), lstat("\(folder)/\(name)", &status) == 0 else { continue }
      if status.st_mode & S_IFMT == S_IFREG { files.append(name) }
      if status.st_mode & S_IFMT == S_IFDIR { folders.append(name) }
    }
    return (files, folders)
  }

  /// Makes the folders of a path that do not exist.
  static func makeFolders(of path: String) throws(AWSError) {
    let folder = parent(of: path)
    var status = stat()
    if stat(folder, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else { throw failure(folder, ENOTDIR) }
      return
    }
    if folder != "/" { try makeFolders(of: folder) }
    guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw failure(folder, errno) }
    try sync(parent(of: folder))
  }

  /// Makes the names in a folder last.
  private static func sync(_ folder: String) throws(AWSError) {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
    guard descriptor >= 0 else { throw failure(folder, errno) }
    defer { close(descriptor) }
    // Some file systems cannot do this with a folder, and need not.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw failure(folder, errno) }
  }

  private static func parent(of path: String) -> String {
    let end = path.lastIndex(of: "/") ?? path.startIndex
    return end == path.startIndex ? "/" : String(path[..<end])
  }

  /// A full disk and a failing one may be well again later; the rest is a matter of settings.
  static func failure(_ path: String, _ code: Int32) -> AWSError {
    if code == ENAMETOOLONG { return tooLong(path) }
    let reason = String(cString: strerror(code))
    guard [EIO, ENOSPC, EDQUOT, EAGAIN, EMFILE, ENFILE, ENOMEM].contains(code) else {
      return AWSError(
        .invalidConfiguration, "the folder of raw data", of: path,
        "\(reason): RAW_FOLDER must be a folder that this program may read and write")
    }
    return AWSError(.unavailable, "the folder of raw data", of: path, reason)
  }

  /// Names are made of the dataset, the item and the run, so the folder itself is well.
  private static func tooLong(_ path: String) -> AWSError {
    let longest = 255
    let name = path.split(separator: "/").max { $0.utf8.count < $1.utf8.count } ?? ""
    guard name.utf8.count > longest else {
      return AWSError(
        .invalidRequest, "the folder of raw data", of: path,
        "the path is too long with \(path.utf8.count) bytes: RAW_FOLDER may be a folder with a shorter path")
    }
    return AWSError(
      .invalidRequest, "the folder of raw data", of: path,
      "the name '\(name)' is too long: it has \(name.utf8.count) bytes, and file systems take \(longest). Give the item "
        + "or the run a shorter name, or use a bucket")
  }
}
