import Contracts
import FoundationEssentials
import Glibc
import Time

/// Checkpoints in files, one for each work item. A file is replaced as a whole, so that no reader sees a part of it; a lock
/// beside it keeps two writers apart.
public final class FileCheckpoints: CheckpointStore {
  private let folder: String
  private let place: StatePlace
  private let retrier: Retrier

  /// - Parameter folder: the folder to which a relative path is relative.
  init(folder: String, place: StatePlace, time: any TimeSource = SystemTime()) {
    self.folder = folder
    self.place = place
    retrier = Retrier(Backoff(base: .milliseconds(5), cap: .milliseconds(100), maximumAttempts: 2000), time: time)
  }

  public func states(
    of names: [CheckpointName], deadline: Deadline
  ) throws(PipelineError) -> [CheckpointName: CheckpointState] {
    var states: [CheckpointName: CheckpointState] = [:]
    for name in names {
      let path = path(of: name)
      if let data = try Self.read(path, name) { states[name] = try StateFile.read(data, name, at: path, of: place) }
    }
    return states
  }

  @discardableResult
  public func update(
    _ name: CheckpointName, deadline: Deadline, _ change: (inout CheckpointState) -> Void
  ) throws(PipelineError) -> CheckpointState {
    let path = path(of: name)
    return try locked(path, deadline) { () throws(PipelineError) in
      var state = CheckpointState()
      let stored = try Self.read(path, name)
      if let stored { state = try StateFile.read(stored, name, at: path, of: place) }
      change(&state)
      let data = try StateFile.data(state)
      if data != stored { try Self.write(data, path) }
      return state
    }
  }

  public func reset(_ name: CheckpointName, deadline: Deadline) throws(PipelineError) -> Checkpoint? {
    let path = path(of: name)
    return try locked(path, deadline) { () throws(PipelineError) in
      let data = try? Self.read(path, name)
      var state = data.flatMap { try? StateFile.read($0, name, at: path, of: place) } ?? CheckpointState()
      let former = state.checkpoint
      state.checkpoint = nil
      try Self.write(try StateFile.data(state), path)
      return former
    }
  }

  private func path(of name: CheckpointName) -> String {
    let path = place.path(of: name)
    return path.hasPrefix("/") ? path : "\(folder)/\(path)"
  }

  /// Runs work that no other process or thread does at the same time.
  private func locked<Value>(
    _ path: String, _ deadline: Deadline, _ work: () throws(PipelineError) -> Value
  ) throws(PipelineError) -> Value {
    try Self.makeFolders(of: path)
    let lock = open("\(path).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw Self.failure("\(path).lock", errno) }
    // Closing releases the lock, also that of a process that dies.
    defer { close(lock) }
    do {
      try retrier.run(deadline: deadline, decision: { _ in .retry() }) { _ in
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { throw Busy() }
      }
    } catch {
      throw PipelineError(.storageUnavailable, "\(path): another process keeps its lock")
    }
    return try work()
  }

  private struct Busy: Error {}

  /// - Returns: nil if there is no file.
  private static func read(_ path: String, _ name: CheckpointName) throws(PipelineError) -> Data? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw failure(path, errno)
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while bytes.count <= CheckpointState.maximumBytes {
      let read = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if read < 0, errno == EINTR { continue }
      guard read >= 0 else { throw failure(path, errno) }
      if read == 0 { break }
      bytes += buffer[..<read]
    }
    guard bytes.count <= CheckpointState.maximumBytes else { throw PipelineError.corruptCheckpoint(name, in: path) }
    return Data(bytes)
  }

  /// Writes the whole file under another name, and renames it when it is on the disk.
  private static func write(_ data: Data, _ path: String) throws(PipelineError) {
    let temporary = "\(path).new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(temporary, errno) }
    var rest = [UInt8](data)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        let code = errno
        close(descriptor)
        throw failure(temporary, code)
      }
      rest = rest.dropFirst(written)
    }
    let isOnDisk = fsync(descriptor) == 0
    close(descriptor)
    guard isOnDisk, rename(temporary, path) == 0 else { throw failure(path, errno) }
  }

  private static func makeFolders(of path: String) throws(PipelineError) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    for end in parts.indices.dropFirst(path.hasPrefix("/") ? 1 : 0) {
      let folder = parts[...end].joined(separator: "/")
      guard mkdir(folder, 0o755) == 0 || errno == EEXIST else { throw failure(folder, errno) }
    }
  }

  private static func failure(_ path: String, _ code: Int32) -> PipelineError {
    let isPassing = [EIO, EAGAIN, EMFILE, ENFILE, ENOMEM].contains(code)
    return PipelineError(
      isPassing ? .storageUnavailable : .configurationInvalid,
      "the state in \(path) cannot be read or written (\(String(cString: strerror(code)))): correct state.state_file")
  }
}
