import CPostgres
import Glibc
import Time

/// Owns one `PGconn`, from the handshake to its end. libpq never blocks in here: it is in non-blocking mode, and what
/// waits is `poll`, no longer than the caller's deadline.
final class Session {
  private let pointer: OpaquePointer
  /// Set when the state of the connection is not known any more: it is not used again.
  private(set) var isBroken = false

  /// Takes over a connection that may still be opening.
  init(_ pointer: OpaquePointer) {
    self.pointer = pointer
    // By default libpq writes the server's notices to the standard error output.
    PQsetNoticeReceiver(pointer, { _, _ in }, nil)
  }

  deinit { PQfinish(pointer) }

  var isInTransaction: Bool { PQtransactionStatus(pointer) != PQTRANS_IDLE }
  var backendID: Int { Int(PQbackendPID(pointer)) }
  var usesTLS: Bool { PQsslInUse(pointer) != 0 }

  /// Whether the server has ended the connection while nobody looked, as it does with one that was idle for long.
  func hasEnded() -> Bool {
    var turns = 0
    // The server's farewell and the end of the stream may come as two pieces.
    while !isBroken, turns < 3, poll(for: POLLIN, milliseconds: 0) > 0 {
      isBroken = PQconsumeInput(pointer) == 0 || PQstatus(pointer) != CONNECTION_OK
      turns += 1
    }
    return isBroken
  }

  // MARK: Opening

  /// Completes the handshake that `PQconnectStartParams` began.
  func finishOpening(until deadline: Deadline) throws(PostgresError) {
    // In this form a refusal tells its SQLSTATE, and nothing that depends on the server's language.
    PQsetErrorVerbosity(pointer, PQERRORS_SQLSTATE)
    var state = PGRES_POLLING_WRITING
    // libpq says no more than that a certificate was refused, and by then has thrown away what knows why.
    var handshake: TLSHandshake?
    while true {
      switch state {
      case PGRES_POLLING_OK:
        guard PQsetnonblocking(pointer, 1) == 0 else { throw openingError }
        return
      case PGRES_POLLING_READING: try wait(for: POLLIN, until: deadline)
      case PGRES_POLLING_WRITING: try wait(for: POLLOUT, until: deadline)
      default: throw handshake?.refusal.map { openingError.naming($0) } ?? openingError
      }
      state = continueOpening()
      handshake = TLSHandshake(of: pointer) ?? handshake
    }
  }

  /// Continues, and sends what there is to send only when that is done: the server cannot answer meanwhile, and a TLS
  /// handshake that begins in here is seen before it ends. (The kernel sends after 200 ms all the same: who is kept from
  /// the processor for so long may miss the reason, and nothing else.)
  private func continueOpening() -> PostgresPollingStatusType {
    // Fails on a Unix socket, where there is no TLS.
    func cork(_ isOn: Int32) {
      var isOn = isOn
      setsockopt(PQsocket(pointer), Int32(IPPROTO_TCP), TCP_CORK, &isOn, socklen_t(MemoryLayout.size(ofValue: isOn)))
    }
    cork(1)
    defer { cork(0) }
    return PQconnectPoll(pointer)
  }

  var openingError: PostgresError { PostgresError(openingMessage: String(cString: PQerrorMessage(pointer)), of: place) }

  /// `HOST:PORT` of the server that was tried last, nil when that is not told, or may be anything else: of an address
  /// whose password has an unescaped `@` libpq takes a part for the host.
  var place: String? {
    let isPlain = { (character: Character) in
      character.isASCII && (character.isLetter || character.isNumber || "._-:/".contains(character))
    }
    guard let host = PQhost(pointer).map({ String(cString: $0) }), !host.isEmpty, host.allSatisfy(isPlain) else {
      return nil
    }
    // Of an address with several hosts, one without a port has an empty one here.
    let port = PQport(pointer).map { String(cString: $0) } ?? ""
    return "\(host):\(port.isEmpty ? "5432" : port)"
  }

  // MARK: Statements

  /// Sends statements in one go and reads their results, in one round trip however many there are. Outside a
  /// transaction they are one: all of them take effect or none.
  ///
  /// There is one sync, at the end. More are not needed to keep the buffers from filling up on both sides, since this
  /// reads while it writes; and each would end the transaction.
  /// - Throws: the first statement's error; the server skips the statements after it.
  func run(_ statements: [PostgresStatement], until deadline: Deadline) throws(PostgresError) -> [ResultHandle] {
    try check(PQenterPipelineMode(pointer))
    for statement in statements {
      let sent = ParameterBuffer(statement.values).withPointers { count, types, values, lengths, formats in
        PQsendQueryParams(pointer, statement.sql, count, types, values, lengths, formats, 1)
      }
      try check(sent)
    }
    try check(PQpipelineSync(pointer))
    var results: [ResultHandle] = []
    results.reserveCapacity(statements.count)
    var failure: PostgresError?
    for _ in statements {
      // Each statement's results end with none.
      while let result = try nextResult(until: deadline) {
        switch result.status {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: results.append(result)
        case PGRES_PIPELINE_ABORTED: break
        default: failure = failure ?? error(of: result)
        }
        if isBroken, let failure { throw failure }
      }
    }
    guard let sync = try nextResult(until: deadline), sync.status == PGRES_PIPELINE_SYNC,
      PQexitPipelineMode(pointer) == 1
    else { throw lost }
    if let failure { throw failure }
    return results
  }

  /// Runs a script of many statements, without values. They are one transaction unless the script says otherwise.
  func run(script: String, until deadline: Deadline) throws(PostgresError) {
    try check(PQsendQuery(pointer, script))
    var failure: PostgresError?
    while let result = try nextResult(until: deadline) {
      switch result.status {
      case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: break
      default: failure = failure ?? error(of: result)
      }
      if isBroken { break }
    }
    if let failure { throw failure }
  }

  private func nextResult(until deadline: Deadline) throws(PostgresError) -> ResultHandle? {
    while true {
      let unsent = PQflush(pointer)
      guard unsent >= 0 else { throw lost }
      if PQisBusy(pointer) == 0 { break }
      let ready = try waitOrCancel(for: unsent > 0 ? POLLIN | POLLOUT : POLLIN, until: deadline)
      if ready & ~POLLOUT != 0, PQconsumeInput(pointer) == 0 { throw lost }
    }
    return PQgetResult(pointer).map { ResultHandle($0) }
  }

  private func error(of result: ResultHandle) -> PostgresError {
    var error = result.error
    switch result.status {
    case PGRES_FATAL_ERROR, PGRES_NONFATAL_ERROR, PGRES_BAD_RESPONSE: break
    default:
      error = PostgresError(.misuse, "COPY is not supported")
      isBroken = true
    }
    // A server that shuts down or was told to end this connection says so before it hangs up; one that has become a
    // standby does not hang up, but another is to be looked for.
    let states = ["25P03", "57P01", "57P02", "57P03", "25006"]
    if PQstatus(pointer) != CONNECTION_OK || states.contains(error.sqlState ?? "") || error.kind == .connectionLost {
      isBroken = true
      error = PostgresError(.connectionLost, sqlState: error.sqlState, error.message)
    }
    return error
  }

  /// libpq refuses a call only when its connection is of no use any more.
  private func check(_ code: Int32) throws(PostgresError) {
    guard code == 1 else { throw lost }
  }

  private var lost: PostgresError {
    isBroken = true
    return PostgresError(.connectionLost, "the connection ended before the answer did")
  }

  // MARK: Waiting

  private func waitOrCancel(for events: Int32, until deadline: Deadline) throws(PostgresError) -> Int32 {
    do {
      return try wait(for: events, until: deadline)
    } catch {
      isBroken = true
      Cancellation.request(for: pointer, waiting: 500)
      throw error
    }
  }

  @discardableResult
  private func wait(for events: Int32, until deadline: Deadline) throws(PostgresError) -> Int32 {
    while true {
      let remaining = deadline.remaining
      guard remaining > .zero else { throw PostgresError(.timedOut, "no answer before the deadline") }
      // A millisecond more than it takes, so that the last turn does not spin.
      let milliseconds = Int32(clamping: remaining.inMilliseconds + 1)
      let ready = poll(for: events, milliseconds: milliseconds)
      if ready > 0 { return ready }
    }
  }

  /// The events that came, zero when the time passed or a signal interrupted.
  private func poll(for events: Int32, milliseconds: Int32) -> Int32 {
    var descriptor = pollfd(fd: PQsocket(pointer), events: Int16(events), revents: 0)
    return Glibc.poll(&descriptor, 1, milliseconds) > 0 ? Int32(descriptor.revents) : 0
  }
}
