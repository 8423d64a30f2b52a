import AWS
import Contracts
import Foundation
import HTTP
import JSON
import RawStore
import TestSupport
import Testing
import Time

@testable import KinesisSink

@Suite("The queue of records that cannot be read")
struct DeadLetterQueueTests {
  /// A queue in memory, which refuses what SQS refuses.
  private final class Queue: AWSTransport {
    let messages = Locked<[String]>([])

    func sendAll(_ requests: [HTTPRequest], deadline: Deadline) -> [Result<HTTPResponse, HTTPError>] {
      requests.map { request in
        let body = try? JSONValue(parsing: [UInt8](request.body ?? Data())).object?["MessageBody"]?.string
        let message = body ?? ""
        guard !message.unicodeScalars.contains(where: { $0.value < 0x20 || 0xFFFE...0xFFFF ~= $0.value }) else {
          return .success(
            HTTPResponse(status: 400, body: Data(#"{"__type":"com.amazonaws.sqs#InvalidMessageContents"}"#.utf8)))
        }
        messages.change { $0.append(message) }
        return .success(HTTPResponse(status: 200, body: Data(#"{"MessageId":"m"}"#.utf8)))
      }
    }
  }

  private let time = ManualTime()
  private let queue = Queue()
  private let sessions = Locked(0)
  private var deadline: Deadline { Deadline(after: .seconds(60), on: time) }

  private func letters() -> DeadLetterQueue {
    DeadLetterQueue("https://sqs.us-east-1.amazonaws.com/1/q") { [sessions, time, queue] () throws(AWSError) in
      sessions.change { $0 += 1 }
      return AWSSession(
        region: "us-east-1",
        credentials: CredentialsChain(
          [FixedCredentials(Credentials(accessKeyID: "AKID", secretAccessKey: "secret"))], time: time),
        transport: queue, time: time, random: FixedRandom())
    }
  }

  @Test("is connected for the first message, and once")
  func lazy() throws {
    let letters = letters()
    #expect(sessions.change { $0 } == 0)
    try letters.send("a", deadline: deadline)
    try letters.send("b", deadline: deadline)
    #expect(sessions.change { $0 } == 1 && queue.messages.change { $0 } == ["a", "b"])
  }

  @Test("takes the message about a record whatever characters the record has: it holds up no other")
  func characters() throws {
    let letters = letters()
    let data = Data(#"{"data_type":"a\#u{ffff}"}"#.utf8).base64EncodedString()
    let event = try JSONDecoder().decode(
      StreamEvent.self,
      from: Data(
        #"{"Records":[{"kinesis":{"partitionKey":"k\#u{fffe}","sequenceNumber":"1","data":"\#(data)"}}]}"#.utf8))
    let archive = StreamArchive(RawStore(MemoryObjects(), bucket: "b"), deadLetters: letters.send)
    let report = try archive.store(event, deadline: deadline)
    #expect(report.rejected.count == 1 && report.failed.isEmpty)
    let message = try #require(queue.messages.change { $0.first })
    #expect(message.contains(#""partition_key":"k\#u{fffd}""#) && message.contains("its data_type is 'a\u{fffd}'"))
  }
}
