import Glibc

/// The file of weights in memory. Its pages are read when they are used, and shared by all processes.
final class WeightsFile: @unchecked Sendable {
  /// The bytes, which nobody writes: so all threads may read them.
  let bytes: UnsafeRawBufferPointer
  let header: WeightsHeader

  init(_ path: String) throws(EmbeddingError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      let reason = errno
      throw EmbeddingError(
        kind: reason == ENOENT ? .missing : .unreadable, file: path,
        detail: reason == ENOENT ? "does not exist" : "cannot be opened (\(Self.text(reason)))")
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw EmbeddingError(kind: .unreadable, file: path, detail: "is no regular file")
    }
    let size = Int(status.st_size)
    guard size >= WeightsHeader.size else {
      throw EmbeddingError(kind: .damaged, file: path, detail: "has only \(size) bytes")
    }
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw EmbeddingError(kind: .unreadable, file: path, detail: "cannot be mapped (\(Self.text(errno)))")
    }
    bytes = UnsafeRawBufferPointer(start: start, count: size)
    do { header = try WeightsHeader(bytes) } catch {
      munmap(start, size)
      throw EmbeddingError(kind: error.kind, file: path, detail: error.detail)
    }
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }

  /// Gives the memory of the word embeddings back: those of a few thousand texts touch all 23 MB, those of one text few.
  /// The kernel keeps the pages, and maps them again when they are used.
  func releaseWords() {
    let words = header.words
    madvise(UnsafeMutableRawPointer(mutating: bytes.baseAddress)?.advanced(by: words.lowerBound), words.count, MADV_DONTNEED)
  }

  /// Returns the address of fp16 numbers in the file.
  func halves(at offset: Int) -> UnsafePointer<UInt16> { address(offset).assumingMemoryBound(to: UInt16.self) }

  /// Returns the address of f32 numbers in the file.
  func floats(at offset: Int) -> UnsafePointer<Float> { address(offset).assumingMemoryBound(to: Float.self) }

  private func address(_ offset: Int) -> UnsafeRawPointer {
    guard let start = bytes.baseAddress else { preconditionFailure("a mapping has an address") }
    return start + offset
  }

  private static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
