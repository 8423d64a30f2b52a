import Foundation

/// The binary itself, as a person or a script runs it: standard output and error are pipes.
public struct FestVibesProcess {
  public let status: Int32
  public let output: String
  public let error: String

  /// Beside the tests' own binary.
  public static let binary = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    .appending(path: "festvibes")

  /// - Parameters:
  ///   - interruptedWhen: Ctrl-C is sent once this is true.
  public init(
    _ arguments: String..., environment: [String: String] = [:], input: String = "",
    interruptedWhen isReady: (() -> Bool)? = nil
  ) throws {
    try self.init(arguments, environment: environment, input: input, interruptedWhen: isReady)
  }

  public init(
    _ arguments: [String], environment: [String: String], input: String = "",
    interruptedWhen isReady: (() -> Bool)? = nil
  ) throws {
    let process = Process()
    process.executableURL = Self.binary
    process.arguments = arguments
    process.environment = ["HOME": "/nonexistent", "AWS_EC2_METADATA_DISABLED": "true"].merging(environment) { $1 }
    let (standardInput, standardOutput, standardError) = (Pipe(), Pipe(), Pipe())
    process.standardInput = standardInput
    process.standardOutput = standardOutput
    process.standardError = standardError
    // Before somebody could close the other end; it fits into the pipe.
    try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try standardInput.fileHandleForWriting.close()
    try process.run()
    let id = process.processIdentifier
    let patience = DispatchWorkItem { kill(id, SIGKILL) }
    DispatchQueue.global().asyncAfter(deadline: .now() + 120, execute: patience)
    defer { patience.cancel() }
    if let isReady {
      while !isReady() && process.isRunning { usleep(20_000) }
      kill(id, SIGINT)
    }
    // What these commands write fits into a pipe: neither waits for the other to be read.
    output = String(decoding: standardOutput.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    error = String(decoding: standardError.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    status = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
  }
}
