import Contracts
import Testing

@testable import EventCache

@Suite("The state of the cache's server")
struct CacheStateTests {
  @Test("is read from the reply to INFO")
  func info() {
    let info = """
      # Server\r\nredis_version:7.0.15\r\n\r\n# Memory\r\nused_memory:1048576\r\nmaxmemory:2097152\r\n\
      maxmemory_policy:allkeys-lru\r\n# Replication\r\nrole:slave\r\nmaster_host:a:b\r\n
      """
    #expect(
      CacheState(info: info)
        == CacheState(
          server: "7.0.15", evictionPolicy: "allkeys-lru", usedBytes: 1 << 20, maximumBytes: 2 << 20, isReplica: true))
  }

  @Test("has no limit for 0, and accepts a server that says little")
  func sparse() {
    #expect(
      CacheState(info: "maxmemory:0\nrole:master\nnonsense\n")
        == CacheState(server: "", evictionPolicy: "", usedBytes: 0, maximumBytes: nil, isReplica: false))
  }
}
