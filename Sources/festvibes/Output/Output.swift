import Foundation

/// The standard output. Everything that the commands print goes through here, so that nothing is lost in silence: a full
/// disk, a reader that went away and a closed descriptor are an `OutputError`. Nothing is buffered.
///
/// On a terminal, what it would obey is escaped, because every text may quote what others wrote: a site, a function, AWS,
/// the arguments. A pipe or a file gets each text as it is.
enum Output {
  /// Prepares the process. Called before anything opens a file or a socket.
  ///
  /// A standard descriptor that is closed would be given to the next socket, which the command would then write its text
  /// into. It is opened on `/dev/null` instead: the output for reading only, so that writing to it fails.
  static func prepare() {
    // Writing to a pipe without a reader is then an error and no signal.
    signal(SIGPIPE, SIG_IGN)
    for (descriptor, mode) in [(STDIN_FILENO, O_RDONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY)]
    where fcntl(descriptor, F_GETFD) == -1 && errno == EBADF {
      // The lowest free descriptor is this one, because those below it are open.
      _ = open("/dev/null", mode)
    }
  }

  /// Checks that the output is open for writing, before a command begins work whose result could not be shown.
  static func check() throws(OutputError) {
    let flags = fcntl(STDOUT_FILENO, F_GETFL)
    guard flags != -1, flags & O_ACCMODE != O_RDONLY else { throw OutputError(code: EBADF) }
  }

  /// Writes lines.
  /// - Parameters:
  ///   - styled: true for the lines of a report, in which `Style` may have marked texts.
  ///   - consequence: what is true although nobody can read the lines; see `OutputError`.
  static func lines(_ lines: [String], styled: Bool = false, ifLost consequence: String = "") throws(OutputError) {
    guard !lines.isEmpty else { return }
    let text = lines.joined(separator: "\n") + "\n"
    let keepsStyles = styled && Terminal.standardOutput().colors
    do { try draw(shown(text, on: STDOUT_FILENO, keepsStyles: keepsStyles)) } catch {
      throw OutputError(code: error.code, consequence: consequence)
    }
  }

  static func write(_ text: String) throws(OutputError) { try draw(shown(text, on: STDOUT_FILENO)) }

  static func write(_ data: Data) throws(OutputError) {
    guard isatty(STDOUT_FILENO) == 0 else { return try write(String(decoding: data, as: UTF8.self)) }
    try write(bytes: Array(data), to: STDOUT_FILENO)
  }

  /// Writes a text as it is, also to a terminal: the live display moves the cursor. What the text quotes has been escaped.
  static func draw(_ text: String) throws(OutputError) { try write(bytes: Array(text.utf8), to: STDOUT_FILENO) }

  /// Closes the output. A file system over a network may report only here that it could not store the bytes.
  static func finish() throws(OutputError) {
    guard close(STDOUT_FILENO) == -1, errno != EBADF, errno != EINTR else { return }
    throw OutputError(code: errno)
  }

  /// Writes a line to the standard error. There is no place to report that this failed.
  static func errorLine(_ text: String) {
    try? write(bytes: Array("\(shown(text, on: STDERR_FILENO))\n".utf8), to: STDERR_FILENO)
  }

  private static func shown(_ text: String, on descriptor: Int32, keepsStyles: Bool = false) -> String {
    isatty(descriptor) == 1 ? text.escapedForTerminal(keepsStyles: keepsStyles) : text
  }

  private static func write(bytes: [UInt8], to descriptor: Int32) throws(OutputError) {
    var written = 0
    while written < bytes.count {
      let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count >= 0 {
        written += count
      } else if errno == EAGAIN {
        // Another program has made the descriptor, which it shares, non-blocking.
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&request, 1, -1)
      } else if errno != EINTR {
        throw OutputError(code: errno)
      }
    }
  }
}
