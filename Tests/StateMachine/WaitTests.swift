import Foundation
import TestSupport
import Testing

extension StateMachineTests {
  /// The waits of retries and of Wait states in the local interpreter. `make test` shortens them; `make run` does not.
  @Suite("Waits of the local interpreter") struct WaitTests {
    @Test("are those of AWS, unless a stack shortens them")
    func waits() throws {
      let output = FileManager.default.temporaryDirectory.appending(path: "waits-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: output) }
      let process = try ChildProcess(
        Interpreter.python, [Interpreter.root.appending(path: "Tests/Local/waits_test.py").path],
        environment: ["PATH": "/usr/bin:/bin"], output: output.path)
      #expect(process.wait() == 0, "\((try? String(contentsOf: output, encoding: .utf8)) ?? "")")
    }
  }
}
