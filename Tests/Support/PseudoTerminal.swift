import Foundation

/// A pseudo terminal: what programs write to `device` can be read as they wrote it.
public final class PseudoTerminal {
  private let controller: Int32
  /// The terminal, as a program gets it for its output.
  public let device: FileHandle

  public init() throws {
    // posix_openpt(3) and its relatives are not in the Glibc module: these are their calls (ioctl_tty(2)).
    controller = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var (isLocked, number): (Int32, Int32) = (0, 0)
    guard ioctl(controller, 0x4004_5431, &isLocked) == 0, ioctl(controller, 0x8004_5430, &number) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
    let descriptor = open("/dev/pts/\(number)", O_RDWR | O_NOCTTY | O_CLOEXEC)
    guard descriptor >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    device = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    // Otherwise a line end would be read as CR and LF.
    var modes = termios()
    tcgetattr(descriptor, &modes)
    modes.c_oflag &= ~tcflag_t(OPOST)
    tcsetattr(descriptor, TCSANOW, &modes)
  }

  /// Reads until a text has come, or until no program has the terminal open. Closes this process's `device`.
  public func read(until text: String? = nil) throws -> String {
    try device.close()
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = Glibc.read(controller, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer[..<count]
      if let text, String(decoding: bytes, as: UTF8.self).contains(text) { break }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Ends the terminal as a closed window does.
  public func hangUp() { close(controller) }
}

/// A run of a program with one of its outputs on a terminal and the other one in a pipe.
public struct TerminalProcess {
  public enum Stream { case output, error }

  public let status: Int32
  /// The text on the terminal.
  public let shown: String
  /// The text in the pipe.
  public let piped: String

  /// - Parameter stream: the output that is the terminal.
  public init(
    _ arguments: [String], of program: URL = FestVibesProcess.binary, environment: [String: String] = [:],
    input: String = "", with stream: Stream = .output
  ) throws {
    let terminal = try PseudoTerminal()
    let (standardInput, other) = (Pipe(), Pipe())
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: "/")
    process.environment = ["HOME": "/nonexistent", "TERM": "xterm", "AWS_EC2_METADATA_DISABLED": "true"].merging(
      environment
    ) { $1 }
    process.standardInput = standardInput
    process.standardOutput = stream == .output ? terminal.device : other
    process.standardError = stream == .error ? terminal.device : other
    // The input fits into the pipe.
    try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try standardInput.fileHandleForWriting.close()
    try process.run()
    let id = process.processIdentifier
    let timeout = DispatchWorkItem { kill(id, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + 120, execute: timeout)
    defer { timeout.cancel() }
    shown = try terminal.read()
    piped = String(decoding: other.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    terminal.hangUp()
    status = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
  }
}
