import CPostgres
import Glibc
import Time

/// Owns one `PGconn`, from the handshake to its end. libpq never blocks in here: it is in non-blocking mode, and every
/// wait is a `poll` that ends at the caller's deadline.
final class Session {
  let pointer: OpaquePointer
  /// True once the state of the connection is unknown. The session is not used again.
  private(set) var isBroken = false
  private var meter = ResponseMeter()
  /// None, unless the connection wants them.
  var kept = KeptStatements(most: 0)
  /// True once the server was asked to watch the client's end of the connection.
  private var isWatched = false

  /// Takes over a connection that may still be opening.
  init(_ pointer: OpaquePointer) {
    self.pointer = pointer
    // By default libpq writes the server's notices to standard error.
    PQsetNoticeReceiver(pointer, { _, _ in }, nil)
  }

  deinit { PQfinish(pointer) }

  var isInTransaction: Bool { PQtransactionStatus(pointer) != PQTRANS_IDLE }

  /// Checks without waiting whether the server has closed the connection, as it does after a long idle time.
  func hasEnded() -> Bool {
    var turns = 0
    // The server's last message and the end of the stream may arrive separately.
    while !isBroken, turns < 3, poll(for: POLLIN, milliseconds: 0) > 0 {
      isBroken = PQconsumeInput(pointer) == 0 || PQstatus(pointer) != CONNECTION_OK
      turns += 1
    }
    return isBroken
  }

  // MARK: Opening

  /// Completes the handshake that `PQconnectStartParams` began.
  func finishOpening(deadline: Deadline) throws(PostgresError) {
    // With this setting a refusal contains its SQLSTATE.
    PQsetErrorVerbosity(pointer, PQERRORS_VERBOSE)
    var state = PGRES_POLLING_WRITING
    // libpq reports only that a certificate was refused, and frees the object that has the reason.
    var handshake: TLSHandshake?
    while true {
      switch state {
      case PGRES_POLLING_OK:
        guard PQsetnonblocking(pointer, 1) == 0 else { throw openingError }
        return
      case PGRES_POLLING_READING: try wait(for: POLLIN, deadline: deadline)
      case PGRES_POLLING_WRITING: try wait(for: POLLOUT, deadline: deadline)
      default: throw handshake?.refusal.map { openingError.naming($0) } ?? openingError
      }
      state = continueOpening()
      handshake = TLSHandshake(of: pointer) ?? handshake
    }
  }

  /// Advances the handshake with TCP_CORK set: the server cannot reply before this returns, so the caller can keep
  /// OpenSSL's session before libpq frees it. Best effort: the kernel uncorks after 200 ms, and a process that was not
  /// scheduled for that long loses only the reason.
  private func continueOpening() -> PostgresPollingStatusType {
    // Fails on a Unix socket, which has no TLS.
    func cork(_ isOn: Int32) {
      var isOn = isOn
      setsockopt(PQsocket(pointer), Int32(IPPROTO_TCP), TCP_CORK, &isOn, socklen_t(MemoryLayout.size(ofValue: isOn)))
    }
    cork(1)
    defer { cork(0) }
    return PQconnectPoll(pointer)
  }

  var openingError: PostgresError {
    let names = [PQuser(pointer), PQdb(pointer), PQpass(pointer)].compactMap { $0.map { String(cString: $0) } }
    return PostgresError(openingMessage: String(cString: PQerrorMessage(pointer)), from: serverName, hiding: names)
  }

  /// `HOST:PORT` of the server that was tried last. Nil when libpq gives no host, or one that may contain a secret: if a
  /// password contains an unescaped `@`, libpq takes part of the password for the host.
  var serverName: String? {
    guard let host = PQhost(pointer).map({ String(cString: $0) }), !host.isEmpty, host.allSatisfy(Self.isPlainInName)
    else {
      return nil
    }
    // If the address has several hosts, the port of a host without one is empty here.
    let port = PQport(pointer).map { String(cString: $0) } ?? ""
    return "\(host):\(port.isEmpty ? "5432" : port)"
  }

  static func isPlainInName(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || "._-:/".contains(character))
  }

  // MARK: Statements

  /// Sends all statements and reads their results in one round trip. Outside a transaction the statements are one
  /// transaction: all take effect or none.
  ///
  /// One sync at the end is enough. More syncs would end the transaction, and full buffers on both sides cannot block,
  /// because results are read while statements are sent.
  /// - Throws: the first statement's error; the server skips the statements after it.
  func run(
    _ statements: [PostgresStatement], keeping isKeeping: Bool = false, deadline: Deadline
  ) throws(PostgresError) -> [ResultHandle] {
    meter.begin(on: PQsocket(pointer))
    try check(PQenterPipelineMode(pointer))
    let isFirst = !isWatched
    isWatched = true
    // A server that does not know the setting refuses it. The sync between the two keeps them independent.
    let watching = isFirst ? try send([Self.watchClient], keeping: false) : []
    let sent = try send(statements, keeping: isKeeping)
    if isFirst { _ = try results(of: watching, deadline: deadline) }
    let results = try results(of: sent, deadline: deadline)
    guard PQexitPipelineMode(pointer) == 1 else { throw lost }
    return try results.get()
  }

  /// Makes the server end a running statement, and release its locks, within 500 ms of the client closing the
  /// connection, which it does when a deadline passes. By default the server notices only when it next sends something.
  /// Sent along with a connection's first statements, so it costs no round trip. Postgres 14 and later.
  ///
  /// A cancel request would have to be bounded by a thread of its own, since `PQcancel` blocks until the server replies.
  private static let watchClient = PostgresStatement("set client_connection_check_interval = 500")

  /// Reads the results of what was sent up to its sync.
  /// - Returns: a result for each statement, or the first error.
  /// - Throws: an error after which the connection cannot be used.
  private func results(
    of sent: [Sent], deadline: Deadline
  ) throws(PostgresError) -> Result<[ResultHandle], PostgresError> {
    var results: [ResultHandle] = []
    results.reserveCapacity(sent.count)
    var failure: PostgresError?
    var skipped: [Sent] = []
    for part in sent {
      // libpq returns nil after the last result of each statement.
      while let result = try nextResult(deadline: deadline) {
        switch result.status {
        case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
          if case .statement = part { results.append(result) }
        case PGRES_PIPELINE_ABORTED: skipped.append(part)
        default:
          let error = error(of: result, part)
          failure = failure ?? error
          // The server has that statement.
          if error.sqlState != KeptStatements.Mismatch.duplicate.rawValue { skipped.append(part) }
        }
        if isBroken, let failure { throw failure }
      }
    }
    takeBack(skipped)
    guard let sync = try nextResult(deadline: deadline), sync.status == PGRES_PIPELINE_SYNC else { throw lost }
    return failure.map { .failure($0) } ?? .success(results)
  }

  /// Runs a script of statements without values. They are one transaction unless the script says otherwise.
  func run(script: String, deadline: Deadline) throws(PostgresError) {
    if !isWatched { _ = try run([], deadline: deadline) }
    meter.begin(on: PQsocket(pointer))
    try check(PQsendQuery(pointer, script))
    var failure: PostgresError?
    while let result = try nextResult(deadline: deadline) {
      switch result.status {
      case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: break
      default: failure = failure ?? error(of: result)
      }
      if isBroken { break }
    }
    if let failure { throw failure }
  }

  private func nextResult(deadline: Deadline) throws(PostgresError) -> ResultHandle? {
    while true {
      let unsent = PQflush(pointer)
      guard unsent >= 0 else { throw lost }
      if PQisBusy(pointer) == 0 { break }
      let ready = try wait(for: unsent > 0 ? POLLIN | POLLOUT : POLLIN, deadline: deadline)
      guard ready & ~POLLOUT != 0 else { continue }
      guard PQconsumeInput(pointer) == 1 else { throw lost }
      discardNotifications()
    }
    return PQgetResult(pointer).map { ResultHandle($0) }
  }

  private func error(of result: ResultHandle, _ part: Sent = .statement(wasKept: false)) -> PostgresError {
    var error = result.error
    switch result.status {
    case PGRES_FATAL_ERROR, PGRES_NONFATAL_ERROR, PGRES_BAD_RESPONSE: break
    default:
      error = PostgresError(.misuse, "COPY is not supported")
      isBroken = true
    }
    // A server that shuts down, or was asked to end this connection, says so before it closes the connection. A server
    // that has become a standby keeps the connection open, but the client must look for the new primary.
    var states = ["25P03", "57P01", "57P02", "57P03", "25006"]
    // Only a new connection prepares the statement anew.
    if case .statement(wasKept: true) = part { states.append(KeptStatements.changed) }
    if PQstatus(pointer) != CONNECTION_OK || states.contains(error.sqlState ?? "") || error.kind == .connectionLost {
      isBroken = true
      error = PostgresError(.connectionLost, sqlState: error.sqlState, error.message)
    }
    return error
  }

  /// Checks a return code. libpq refuses a call only when its connection cannot be used any more.
  func check(_ code: Int32) throws(PostgresError) {
    guard code == 1 else { throw lost }
  }

  private var lost: PostgresError {
    isBroken = true
    return PostgresError(.connectionLost, "the connection ended before the response did")
  }

  // MARK: Waiting

  /// Waits for events on the socket. A session that times out is broken: its response may still arrive.
  /// - Returns: the events that occurred.
  @discardableResult
  private func wait(for events: Int32, deadline: Deadline) throws(PostgresError) -> Int32 {
    while true {
      let remaining = deadline.remaining
      guard remaining > .zero else {
        isBroken = true
        throw PostgresError(.timedOut, "no response before the deadline")
      }
      // One millisecond more, so that the last turn does not spin.
      let milliseconds = Int32(clamping: remaining.inMilliseconds + 1)
      let ready = poll(for: events, milliseconds: milliseconds)
      if ready > 0 {
        do { try meter.check(PQsocket(pointer)) } catch {
          // The rest of the response would still arrive.
          isBroken = true
          throw error
        }
        return ready
      }
    }
  }

  /// - Returns: the events that occurred; 0 when the time passed or a signal interrupted the wait.
  private func poll(for events: Int32, milliseconds: Int32) -> Int32 {
    var descriptor = pollfd(fd: PQsocket(pointer), events: Int16(events), revents: 0)
    return Glibc.poll(&descriptor, 1, milliseconds) > 0 ? Int32(descriptor.revents) : 0
  }
}
