import APIRouting
import Contracts
import Glibc
import Synchronization
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
  /// The open connections.
  private let clients = Mutex<Set<Int32>>([])
  /// A pipe that becomes readable when the server stops, and stays so: every wait sees it.
  private let (stopReader, stopWriter): (Int32, Int32)

  /// Listens. From now on clients wait for `run`.
  /// - Parameters:
  ///   - port: 0 for a free one.
  ///   - makeID: makes the ids of requests that the router does not see.
  /// - Throws: `ConfigurationInvalid` if the address cannot be had.
  public init(
    host: String, port: Int, router: Router, limits: ServerLimits = ServerLimits(),
    time: any TimeSource & Sendable = SystemTime(), makeID: @escaping @Sendable () -> String
  ) throws(PipelineError) {
    let listener = try Listener(host: host, port: port)
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else {
      throw PipelineError(.configurationInvalid, "no pipe: \(String(cString: strerror(errno)))")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (stopReader, stopWriter) = (ends[0], ends[1])
    self.listener = listener
    self.port = listener.port
    self.router = router
    self.limits = limits
    self.time = time
    self.makeID = makeID
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
      var descriptors = [pollfd(fd: stopReader, events: Int16(POLLIN), revents: 0)]
      descriptors += ([listener.descriptor] + refused.descriptors).map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      _ = poll(&descriptors, nfds_t(descriptors.count), refused.isEmpty ? -1 : 250)
      if descriptors[0].revents != 0 { break }
      refused.tidy()
      if descriptors[1].revents != 0 { takeClients(&refused) }
    }
    listener.end()
    refused.closeAll()
    waitForClients()
  }

  private func takeClients(_ refused: inout RefusedClients) {
    while let (descriptor, source) = listener.accept() {
      let isWelcome = clients.withLock { $0.count < limits.connections && $0.insert(descriptor).inserted }
      if isWelcome {
        let isStarted = ServerThread.start { [self] in
          serve(descriptor, source)
          release(descriptor)
        }
        if isStarted { continue }
        clients.withLock { _ = $0.remove(descriptor) }
      }
      let full = refusal(Refusal(503, "The server has \(limits.connections) connections already; try again"))
      refused.refuse(descriptor, with: full, time: time)
    }
  }

  private func serve(_ descriptor: Int32, _ source: String) {
    let socket = ClientSocket(descriptor, stop: stopReader, time: time)
    var reader = RequestReader(socket, limits: limits, source: source)
    do throws(Refusal) {
      while let (request, isKeptAlive) = try reader.next() {
        let isLast = !isKeptAlive || isStopping || isCrowded
        let answer = router.response(to: request).bytes(isLast: isLast)
        guard socket.write(answer, until: socket.deadline(after: limits.answerTime)) else { return }
        if isLast { return socket.linger() }
      }
    } catch {
      guard socket.write(refusal(error), until: socket.deadline(after: limits.answerTime)) else { return }
      socket.linger()
    }
  }

  private func release(_ descriptor: Int32) {
    // In this order: once it is closed, the kernel gives the number to the next client.
    clients.withLock { _ = $0.remove(descriptor) }
    close(descriptor)
  }

  private func refusal(_ refusal: Refusal) -> [UInt8] {
    var response = APIProblem(refusal.status, refusal.detail).response(requestID: makeID())
    if refusal.status == 503 { response.headers["retry-after"] = "1" }
    return response.bytes(isLast: true)
  }

  private var isStopping: Bool {
    var descriptor = pollfd(fd: stopReader, events: Int16(POLLIN), revents: 0)
    return poll(&descriptor, 1, 0) > 0
  }

  /// With few places left, a client that only waits must not keep one.
  private var isCrowded: Bool { clients.withLock { $0.count > limits.connections * 3 / 4 } }

  private func waitForClients() {
    let deadline = Deadline(after: limits.stopTime, on: time)
    while !clients.withLock({ $0.isEmpty }), !deadline.hasPassed { time.sleep(for: .milliseconds(10)) }
    // A client that is slower than that loses its connection; its thread ends with it.
    clients.withLock { for descriptor in $0 { shutdown(descriptor, Int32(SHUT_RDWR)) } }
    let end = Deadline(after: .seconds(1), on: time)
    while !clients.withLock({ $0.isEmpty }), !end.hasPassed { time.sleep(for: .milliseconds(10)) }
  }
}
