import Foundation

/// A run of the `festvibes` binary, with standard output and error as pipes.
public struct FestVibesProcess {
  public let status: Int32
  public let output: String
  public let error: String

  /// The binary in the directory of the tests' binary.
  public static let binary = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    .appending(path: "festvibes")

  /// - Parameters:
  ///   - folder: the current folder of the process. By default one without a `.env` file, which festvibes would read.
  ///   - shell: a script of sh in which `"$0" "$@"` is the command, to redirect it; nil runs it directly.
  ///   - isReady: the process is interrupted, as by Ctrl-C, when this returns true.
  public init(
    _ arguments: String..., environment: [String: String] = [:], input: String = "", in folder: URL? = nil,
    shell: String? = nil, interruptedWhen isReady: (() -> Bool)? = nil
  ) throws {
    try self.init(
      arguments, environment: environment, input: input, in: folder, shell: shell, interruptedWhen: isReady)
  }

  public init(
    _ arguments: [String], environment: [String: String], input: String = "", in folder: URL? = nil,
    shell: String? = nil, interruptedWhen isReady: (() -> Bool)? = nil
  ) throws {
    let process = Process()
    process.executableURL = shell == nil ? Self.binary : URL(filePath: "/bin/sh")
    process.arguments = (shell.map { ["-c", $0, Self.binary.path] } ?? []) + arguments
    process.currentDirectoryURL = folder ?? URL(filePath: "/")
    process.environment = ["HOME": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true"].merging(environment) { $1 }
    let (standardInput, standardOutput, standardError) = (Pipe(), Pipe(), Pipe())
    process.standardInput = standardInput
    process.standardOutput = standardOutput
    process.standardError = standardError
    // Written before the process can close the other end. The input fits into the pipe.
    try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try standardInput.fileHandleForWriting.close()
    try process.run()
    let id = process.processIdentifier
    let timeout = DispatchWorkItem { kill(id, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + 300, execute: timeout)
    defer { timeout.cancel() }
    if let isReady {
      while !isReady() && process.isRunning { usleep(20_000) }
      kill(id, SIGINT)
    }
    // The output of these commands fits into a pipe, so reading one pipe after the other does not block.
    output = String(decoding: standardOutput.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    error = String(decoding: standardError.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    status = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
  }
}
