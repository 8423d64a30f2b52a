import Foundation
import TestSupport
import Testing

extension StateMachineTests {
  /// DynamoDB and the faults of the local stack, on which the chaos tests rely.
  @Suite("Tables of the local AWS") struct LocalTableTests {
    @Test("have the limits of batches, and leave items or refuse conditions as they are told")
    func tables() throws { try run("tables_test.py") }

    @Test("and its faults are chosen by their share, up to their number if one is given")
    func faults() throws { try run("faults_test.py") }

    private func run(_ name: String) throws {
      let output = FileManager.default.temporaryDirectory.appending(path: "local-\(UUID().uuidString)")
      defer { try? FileManager.default.removeItem(at: output) }
      let process = try ChildProcess(
        Interpreter.python, [Interpreter.root.appending(path: "Tests/Local/\(name)").path],
        environment: ["PATH": "/usr/bin:/bin"], output: output.path)
      #expect(process.wait() == 0, "\((try? String(contentsOf: output, encoding: .utf8)) ?? "")")
    }
  }
}
