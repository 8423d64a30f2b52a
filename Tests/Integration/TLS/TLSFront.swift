import Foundation
import TestSupport

/// A TLS server in front of a server without TLS, with a certificate that a test chooses.
final class TLSFront {
  let port: UInt16
  private let process: ChildProcess
  private let output = FileManager.default.temporaryDirectory.appending(path: "front-\(UUID().uuidString)").path

  private static let program = #"""
    import os, select, socket, ssl, sys, threading

    certificate, key, upstream, protocol, processor = sys.argv[1:]
    if processor == "first":
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listener = socket.create_server(("127.0.0.1", 0))
    print(listener.getsockname()[1], flush=True)


    def serve(client):
        if protocol == "postgres":  # whose clients request TLS first: https://www.postgresql.org/docs/current/protocol-flow.html
            client.recv(8, socket.MSG_WAITALL)
            client.sendall(b"S")
        with context.wrap_socket(client, server_side=True) as tls, socket.create_connection(
            ("127.0.0.1", int(upstream))
        ) as server:
            while True:
                ready = [tls] if tls.pending() else select.select([tls, server], [], [])[0]
                for source, target in ((tls, server), (server, tls)):
                    if source in ready:
                        data = source.recv(1 << 16)
                        if not data:
                            return
                        target.sendall(data)


    threading.excepthook = lambda _: None
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
    """#

  /// The processors on which it may run.
  enum Processor: String { case any, first }

  /// - Parameter upstream: the server's port on 127.0.0.1.
  init(to upstream: Int, certificate: String, key: String, isPostgres: Bool, processor: Processor = .any) throws {
    process = try ChildProcess(
      "/usr/bin/python3",
      [
        "-c", Self.program, certificate, key, "\(upstream)", isPostgres ? "postgres" : "plain", processor.rawValue,
      ],
      environment: ["PATH": "/usr/bin:/bin"], output: output)
    let end = Date(timeIntervalSinceNow: 30)
    while true {
      let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
      if text.hasSuffix("\n"), let port = UInt16(text.dropLast()) {
        self.port = port
        return
      }
      guard Date() < end, !process.hasEnded else { throw POSIXError(.ETIMEDOUT) }
      usleep(10_000)
    }
  }

  deinit {
    process.stop()
    try? FileManager.default.removeItem(atPath: output)
  }
}
