import Contracts
import FoundationEssentials
import Redis
import Time

extension EventCache {
  /// Asks the server for its state, with INFO.
  /// - Throws: `CacheUnavailable`, `ConfigurationInvalid` or `DeadlineExceeded`.
  public func state(deadline: Deadline) throws(PipelineError) -> CacheState {
    guard case .bulk(let info) = try pipeline([RedisCommand("INFO", isIdempotent: true)], deadline)[0] else {
      throw PipelineError(.cacheUnavailable, "the response of Redis to INFO is not a text")
    }
    return CacheState(info: String(decoding: info, as: UTF8.self))
  }
}

extension CacheState {
  /// Reads the reply to INFO: lines of `name:value`, in sections. A value that a server leaves out is empty or 0.
  init(info: String) {
    var values: [Substring: Substring] = [:]
    for line in info.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
      let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { values[parts[0]] = parts[1] }
    }
    self.init(
      server: String(values["redis_version"] ?? ""), evictionPolicy: String(values["maxmemory_policy"] ?? ""),
      usedBytes: values["used_memory"].flatMap { Int($0) } ?? 0,
      maximumBytes: values["maxmemory"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil },
      isReplica: values["role"] == "slave")
  }
}
