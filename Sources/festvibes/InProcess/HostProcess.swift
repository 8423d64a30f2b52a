import Contracts
import Foundation

/// The process that does a run itself, as the ledger has it: `etl-1:4711@BOOT/4026531836`.
struct HostProcess: Equatable, CustomStringConvertible {
  let machine: String
  let id: Int32
  /// The boot of the system and its namespace of process ids, within which the id names one process at a time: containers may
  /// share the machine's name, and each has a process 1. Nil if that is not known.
  var place: String?

  init(machine: String, id: Int32, place: String? = nil) {
    self.machine = machine
    self.id = id
    self.place = place
  }

  /// - Parameter text: as `description`; nil for another text.
  init?(_ text: String) {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard let process = parts.first, let colon = process.lastIndex(of: ":"),
      let id = Int32(process[process.index(after: colon)...]), id > 0
    else { return nil }
    self.init(machine: String(process[..<colon]), id: id, place: parts.count > 1 ? String(parts[1]) : nil)
  }

  /// This process.
  static var own: HostProcess {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    let bytes = name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
    return HostProcess(machine: String(decoding: bytes, as: UTF8.self), id: getpid(), place: ownPlace)
  }

  private static var ownPlace: String? {
    guard let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8),
      let namespace = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
    else { return nil }
    return boot.filter { $0.isHexDigit || $0 == "-" } + "/" + namespace.filter(\.isNumber)
  }

  var description: String { "\(machine):\(id)" + (place.map { "@\($0)" } ?? "") }
  /// For a person: `the process 4711 on the machine etl-1`.
  var words: String { "the process \(id) on the machine \(TextWidth.cleaned(machine))" }

  /// True if it is a process that this one sees, and goes on. The system gives an id to a later process again: the one that
  /// did a run began before it, is this program, and was not started for another dataset.
  /// - Parameters:
  ///   - start: the begin of the run.
  ///   - dataset: the id of the run's dataset.
  func isHere(since start: Date, of dataset: String) -> Bool {
    guard place != nil, place == Self.ownPlace, let began = Self.begin(of: id), began <= start + 1 else { return false }
    let line = (try? Data(contentsOf: URL(filePath: "/proc/\(id)/cmdline"))) ?? Data()
    let arguments = line.split(separator: 0, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self)
    }
    // The program of another user's process cannot be read, its arguments can.
    let program =
      (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(id)/exe")) ?? arguments.first ?? ""
    return Self.isProgram(program) && Self.isFor(dataset, arguments)
  }

  /// - Parameter path: the program's file, which may have been replaced by a newer one.
  static func isProgram(_ path: String) -> Bool {
    let name = path.split(separator: "/").last ?? ""
    return name == "festvibes" || name == "festvibes (deleted)"
  }

  /// Returns false for arguments that name another dataset. A process may have its dataset from a variable, or from a run.
  static func isFor(_ dataset: String, _ arguments: [String]) -> Bool {
    let option = "--dataset"
    for (index, argument) in arguments.enumerated() {
      if argument == option, index + 1 < arguments.count { return arguments[index + 1] == dataset }
      if argument.hasPrefix(option + "=") { return argument.dropFirst(option.count + 1) == dataset }
    }
    return true
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
