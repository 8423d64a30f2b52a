import Foundation

/// A program that a test starts and stops by its process id. It is started by `posix_spawn`, which is faster than
/// Foundation's `Process`, and inherits no environment.
public final class ChildProcess {
  public let id: pid_t
  private var status: Int32?

  /// - Parameter output: path of a file for standard output and error; nil discards them.
  public init(_ program: String, _ arguments: [String] = [], environment: [String: String] = [:], output: String? = nil)
    throws
  {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output ?? "/dev/null", O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    // Otherwise connections of concurrent tests would stay open while the program runs. Closing a descriptor that is not
    // open is not an error.
    for descriptor in Int32(3)..<1024 { posix_spawn_file_actions_addclose(&actions, descriptor) }
    // Tests run on threads that block signals. A program that inherited that would ignore SIGTERM.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var argv = ([program] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for text in argv + envp { free(text) } }
    var id: pid_t = 0
    let code = posix_spawn(&id, program, &actions, &attributes, &argv, &envp)
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
    self.id = id
  }

  /// The current resident memory, in bytes.
  public var residentBytes: Int {
    let fields = (try? String(contentsOfFile: "/proc/\(id)/statm", encoding: .utf8))?.split(separator: " ")
    return (fields?.dropFirst().first.flatMap { Int($0) } ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  /// The largest resident memory so far, in bytes.
  public var largestResidentBytes: Int {
    let status = (try? String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (line?.split(separator: " ").dropFirst().compactMap { Int($0) }.first ?? 0) * 1024
  }

  /// The CPU time so far, of the program and the system on its behalf, in seconds. The system counts in hundredths.
  public var cpuSeconds: Double {
    let stat = (try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)) ?? ""
    // The second field is the program's name, in parentheses.
    let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
    guard fields.count > 12 else { return 0 }
    return Double((Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// True if the program has ended.
  public var hasEnded: Bool {
    if status != nil { return true }
    var info = siginfo_t()
    return waitid(P_PID, id_t(id), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_signo == SIGCHLD
  }

  public func signal(_ number: Int32) { kill(id, number) }

  /// Waits until the program ends.
  /// - Returns: its exit status, or 128 plus the number of the signal that ended it.
  @discardableResult
  public func wait() -> Int32 {
    if let status { return status }
    var raw: Int32 = 0
    while waitpid(id, &raw, 0) == -1 && errno == EINTR {}
    let ended = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + raw & 0x7F
    status = ended
    return ended
  }

  /// Kills the program if it has not ended, and waits for its end.
  public func stop() {
    guard status == nil else { return }
    signal(SIGKILL)
    wait()
  }

  deinit { stop() }
}
