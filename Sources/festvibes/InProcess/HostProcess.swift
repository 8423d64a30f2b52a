import Contracts
import Foundation

/// The process that does a run itself, as the ledger has it: `etl-1:4711`.
struct HostProcess: Equatable, CustomStringConvertible {
  let machine: String
  let id: Int32

  init(machine: String, id: Int32) {
    self.machine = machine
    self.id = id
  }

  /// - Parameter text: as `description`; nil for another text.
  init?(_ text: String) {
    guard let colon = text.lastIndex(of: ":"), let id = Int32(text[text.index(after: colon)...]), id > 0 else {
      return nil
    }
    self.init(machine: String(text[..<colon]), id: id)
  }

  /// This process.
  static var own: HostProcess {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let bytes = name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
    return HostProcess(machine: String(decoding: bytes, as: UTF8.self), id: getpid())
  }

  var description: String { "\(machine):\(id)" }
  /// For a person: `the process 4711 on the machine etl-1`.
  var words: String { "the process \(id) on the machine \(TextWidth.cleaned(machine))" }

  /// True if it is a process of this machine, and goes on. The system gives an id to a later process again: the one that did
  /// a run began before it.
  /// - Parameter start: the begin of the run.
  func isHere(since start: Date) -> Bool {
    guard machine == Self.own.machine, let began = Self.begin(of: id), began <= start + 1 else { return false }
    let command = (try? Data(contentsOf: URL(filePath: "/proc/\(id)/cmdline"))) ?? Data()
    return String(decoding: command, as: UTF8.self).contains("festvibes")
  }

  /// Tells it to end in good order.
  /// - Returns: the reason why that failed; nil if it did not.
  func terminate() -> String? { kill(id, SIGTERM) == 0 ? nil : String(cString: strerror(errno)) }

  /// Returns the time at which a process began; nil if there is no such process (proc(5)).
  private static func begin(of id: Int32) -> Date? {
    guard let stat = try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8),
      let system = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
      let booted = system.split(separator: "\n").first(where: { $0.hasPrefix("btime ") })
        .flatMap({ Double($0.dropFirst("btime ".count)) }),
      // The name before it may have any character.
      let name = stat.lastIndex(of: ")")
    else { return nil }
    let fields = stat[stat.index(after: name)...].split(separator: " ")
    guard fields.count > 19, let ticks = Double(fields[19]) else { return nil }
    return Date(timeIntervalSince1970: booted + ticks / Double(sysconf(Int32(_SC_CLK_TCK))))
  }
}

extension RunRecord {
  /// True of a run that a process does itself: Step Functions does not know it. Those before schema version 16 have only
  /// their names.
  var isOfHost: Bool { origin.host != nil || HostRunName.isOfHost(run) }

  /// The process that does the run; nil of an execution, and where that is not known.
  var process: HostProcess? { origin.host.flatMap(HostProcess.init) }
}
