import Foundation
import TestSupport
import Testing

@Suite("The port of the local stack's site")
struct StackSiteTests {
  /// Reserves the port while this program listens on it, for a source that it is and for one that it is not.
  private static let program = """
    import socket, sys
    sys.path.insert(0, sys.argv[1])
    sys.dont_write_bytecode = True
    from services.home import Home
    from services.site import Site
    site = Site(Home(sys.argv[2]))
    site.reserve(None)
    own = site.address()
    listener = socket.create_server(("127.0.0.1", site.home.port("site")))
    site.reserve(own)
    print(site.address() == own)
    site.reserve("https://www.wwoz.org")
    print(site.address() == own)
    """

  @Test("is kept for a caller that serves the source there, and changes if another program has taken it")
  func reserved() throws {
    let home = FileManager.default.temporaryDirectory.appending(path: "site-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: home) }
    let folder = SourceFiles.root.appending(path: "statemachine/local").path
    let output = home.appendingPathExtension("txt").path
    defer { try? FileManager.default.removeItem(atPath: output) }
    let path = ["PATH": "/usr/bin:/bin"]
    let process = try ChildProcess(
      "/usr/bin/python3", ["-c", Self.program, folder, home.path], environment: path, output: output)
    #expect(process.wait() == 0)
    #expect(try String(contentsOfFile: output, encoding: .utf8) == "True\nFalse\n")
  }
}
