import Testing
import Text

@Suite("Hosts on this machine")
struct LoopbackTests {
  @Test(
    "localhost and loopback addresses",
    arguments: ["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.1", "::1", "0:0::1"])
  func onThisMachine(host: String) {
    #expect(host.isLoopbackHost)
  }

  @Test(
    "Other names and addresses",
    arguments: [
      "", "localhost.example.org", "127.0.0.1.example.org", "128.0.0.1", "10.0.0.1", "127.1", "0.0.0.0", "::", "::2",
      "fd00::1", "::ffff:10.0.0.1", "[::1]", "db",
    ])
  func elsewhere(host: String) {
    #expect(!host.isLoopbackHost)
  }
}
