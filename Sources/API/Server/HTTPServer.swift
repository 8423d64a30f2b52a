import APIRouting
import Glibc
import Time

/// A small HTTP/1.1 server for one machine: a thread for each connection, which waits and never spins. In front of the
/// public internet there is API Gateway, and not this server.
public final class HTTPServer: Sendable {
  public let port: Int
  private let listener: Listener
  private let router: Router
  private let limits: ServerLimits
  private let time: any TimeSource & Sendable
  private let makeID: @Sendable () -> String
  private let log: @Sendable (APILogEntry) -> Void
  private let places: ClientPlaces
  /// The bytes of large responses.
  private let budget: Slots
  /// A pipe that becomes readable when the server stops, and stays so: every wait sees it.
  private let (stopReader, stopWriter): (Int32, Int32)

  /// Listens. From now on clients wait for `run`.
  /// - Parameters:
  ///   - port: 0 for a free one.
  ///   - makeID: makes the ids of requests that the router does not see.
  ///   - log: called for each of them.
  /// - Throws: `ListenFailure` if the address cannot be had.
  public init(
    host: String, port: Int, router: Router, limits: ServerLimits = ServerLimits(),
    time: any TimeSource & Sendable = SystemTime(), makeID: @escaping @Sendable () -> String,
    log: @escaping @Sendable (APILogEntry) -> Void = { _ in }
  ) throws(ListenFailure) {
    let listener = try Listener(host: host, port: port)
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw ListenFailure(isHost: false, message: "no pipe: \(String(cString: strerror(errno)))")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (stopReader, stopWriter) = (ends[0], ends[1])
    self.listener = listener
    self.port = listener.port
    self.router = router
    self.limits = limits
    self.time = time
    self.makeID = makeID
    self.log = log
    places = ClientPlaces(most: limits.connections, grace: limits.placeTime, time: time)
    budget = Slots(limits.responseBytes, mostWaiting: limits.waitingResponses)
  }

  deinit {
    close(stopReader)
    close(stopWriter)
  }

  /// The descriptor to which a signal's handler writes one byte in place of `stop`.
  public var stopDescriptor: Int32 { stopWriter }

  /// Ends `run`. It may be called several times, from any thread.
  public func stop() { _ = write(stopWriter, [1], 1) }

  /// Serves until `stop`, then lets the requests under way end.
  public func run() {
    var refused = RefusedClients()
    while true {
      var descriptors = [stopReader, listener.descriptor].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      // Refused clients are looked at now and then: one that sends without a pause would end each wait at once.
      _ = poll(&descriptors, nfds_t(descriptors.count), refused.isEmpty ? -1 : 250)
      if descriptors[0].revents != 0 { break }
      refused.tidy()
      if descriptors[1].revents != 0 { takeClients(&refused) }
    }
    listener.end()
    refused.closeAll()
    waitForClients()
  }

  /// Takes some of the connections that wait. However fast others come, the stop is looked for after these.
  private func takeClients(_ refused: inout RefusedClients) {
    for _ in 0..<64 {
      guard let (descriptor, source) = listener.accept() else { return }
      if places.take(descriptor) {
        let isStarted = ServerThread.start { [self] in
          serve(descriptor, source)
          release(descriptor)
        }
        if isStarted { continue }
        places.leave(descriptor)
      }
      let full = refusal(Refusal(503, "The server has \(limits.connections) connections already; try again"), source)
      refused.refuse(descriptor, with: full.head(isLast: true, at: time.now) + full.body, time: time)
    }
  }

  private func serve(_ descriptor: Int32, _ source: String) {
    let socket = ClientSocket(descriptor, stop: stopReader, time: time)
    var reader = RequestReader(socket, limits: limits, source: source)
    do throws(Refusal) {
      while let (request, isKeptAlive) = try reader.next() {
        let isWelcome = places.mark(descriptor, isWaiting: false)
        let isLast = !isKeptAlive || !isWelcome || isStopping || places.isCrowded
        guard respond(request, on: socket, isLast: isLast) else { return }
        if isLast { return socket.linger() }
        guard places.mark(descriptor, isWaiting: true) else { return }
      }
      // Between requests a client may have just sent the next one, and would take this for its response.
      guard places.isOut(descriptor), reader.isWithinRequest else { return }
      throw Refusal(408, "No whole request came, and another client needed the connection's place")
    } catch {
      var response = refusal(error, source)
      if send(&response, to: socket, isLast: true) { socket.linger() }
    }
  }

  /// - Returns: false if the client has not taken the response.
  private func respond(_ request: APIRequest, on socket: ClientSocket, isLast: Bool) -> Bool {
    let held = HeldResponse(budget, limits)
    var response = router.response(to: request) { (bytes) throws(APIProblem) in try held.take(bytes) }
    return send(&response, to: socket, isLast: isLast, held)
  }

  /// Sends a response. Its body is taken from it, and what is sent of a large one is dropped on the way: what a slow
  /// client has taken is no longer held for it.
  /// - Returns: false if the client has not taken the response.
  private func send(
    _ response: inout APIResponse, to socket: ClientSocket, isLast: Bool, _ held: HeldResponse? = nil
  ) -> Bool {
    let head = response.head(isLast: isLast, at: time.now)
    var body: [UInt8] = []
    swap(&body, &response.body)
    let headTime = body.count > APIResponse.small ? limits.pieceTime : limits.responseTime
    guard socket.write(head[...], hasMore: !body.isEmpty, until: socket.deadline(after: headTime)) else { return false }
    while body.count > APIResponse.small {
      // The rest is copied, which for each part of the same size would cost too much of a body that is very large.
      let end = max(body.count / 4, APIResponse.small)
      for start in stride(from: 0, to: end, by: APIResponse.small) {
        let piece = body[start..<min(start + APIResponse.small, end)]
        guard socket.write(piece, until: socket.deadline(after: limits.pieceTime)) else { return false }
      }
      body = Array(body[end...])
      held?.shrink(to: body.count)
    }
    return socket.write(body[...], until: socket.deadline(after: limits.responseTime))
  }

  private func release(_ descriptor: Int32) {
    // In this order: once it is closed, the kernel gives the number to the next client.
    places.leave(descriptor)
    close(descriptor)
  }

  /// The response to what the router never sees, with the headers of every response. It is logged, too.
  private func refusal(_ refusal: Refusal, _ source: String) -> APIResponse {
    let id = makeID()
    var response = APIProblem(refusal.status, refusal.detail).response(requestID: id)
    if refusal.status == 503 { response.headers["retry-after"] = "1" }
    response.headers["x-request-id"] = id
    response.headers["x-api-latency-ms"] = "0"
    response.headers["x-content-type-options"] = "nosniff"
    log(
      APILogEntry(
        requestID: id, method: "none", route: nil, status: refusal.status, bytes: response.body.count, milliseconds: 0,
        source: source, failure: refusal.detail))
    return response
  }

  private var isStopping: Bool {
    var descriptor = pollfd(fd: stopReader, events: Int16(POLLIN), revents: 0)
    return poll(&descriptor, 1, 0) > 0
  }

  private func waitForClients() {
    let deadline = Deadline(after: limits.stopTime, on: time)
    while !places.isEmpty, !deadline.hasPassed { time.sleep(for: .milliseconds(10)) }
    // A client that is slower than that loses its connection; its thread ends with it.
    places.endAll()
    let end = Deadline(after: .seconds(1), on: time)
    while !places.isEmpty, !end.hasPassed { time.sleep(for: .milliseconds(10)) }
  }
}
