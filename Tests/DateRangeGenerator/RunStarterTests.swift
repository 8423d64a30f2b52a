import AWS
import Contracts
import DateRangeGeneratorFunction
import Foundation
import HTTP
import TestSupport
import Testing
import Time

@Suite("The start of a run by a message")
struct RunStarterTests {
  private static let machine = "arn:aws:states:us-east-1:123456789012:stateMachine:etl"

  /// Step Functions with one response.
  private final class Service: AWSTransport {
    let response: HTTPResponse
    var requests: [HTTPRequest] = []
    var clients = 0

    init(_ body: String, status: Int = 200) { response = HTTPResponse(status: status, body: Data(body.utf8)) }

    func sendAll(_ requests: [HTTPRequest], deadline: Deadline) -> [Result<HTTPResponse, HTTPError>] {
      self.requests += requests
      return requests.map { _ in .success(response) }
    }
  }

  private let time = ManualTime()

  private func starter(_ service: Service, machine: String? = machine) -> RunStarter {
    let credentials = CredentialsChain(
      [EnvironmentCredentials(["AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"])], time: time)
    return RunStarter(stateMachine: machine) { () throws(AWSError) in
      service.clients += 1
      return try StepFunctionsClient(
        AWSSession(region: "us-east-1", credentials: credentials, transport: service, time: time))
    }
  }

  private func start(_ starter: RunStarter) throws -> Bool {
    try starter.start("sqs-m", input: #"{"dataset":"news"}"#, deadline: .none(on: time))
  }

  @Test("makes a client at the first start, and one only")
  func client() throws {
    let service = Service(#"{"executionArn":"arn:e","startDate":1}"#)
    let starter = starter(service)
    #expect(service.clients == 0)
    #expect(try start(starter) && start(starter))
    #expect(service.clients == 1 && service.requests.count == 2)
    let body = try JSONDecoder().decode([String: String].self, from: service.requests[0].body ?? Data())
    #expect(body == ["stateMachineArn": Self.machine, "name": "sqs-m", "input": #"{"dataset":"news"}"#])
  }

  @Test("counts as done if the execution exists already")
  func exists() throws {
    let service = Service(#"{"__type":"ExecutionAlreadyExists","message":"Execution Already Exists"}"#, status: 400)
    #expect(try start(starter(service)) == false)
  }

  @Test(
    "fails under a name that says whether another attempt may succeed",
    arguments: [
      ("ThrottlingException", 400, PipelineError.Name.destinationUnavailable),
      ("ExecutionLimitExceeded", 400, .destinationUnavailable), ("InternalServerError", 500, .destinationUnavailable),
      ("InvalidExecutionInput", 400, .invalidInput), ("StateMachineDoesNotExist", 400, .configurationInvalid),
      ("AccessDeniedException", 400, .configurationInvalid),
    ])
  func failures(code: String, status: Int, name: PipelineError.Name) {
    let service = Service(#"{"__type":"\#(code)","message":"as the test says"}"#, status: status)
    let error = #expect(throws: PipelineError.self) { try start(starter(service)) }
    #expect(error?.name == name && error?.message.contains(code) == true, "\(error as Any)")
  }

  @Test("needs the state machine's ARN", arguments: [nil, ""])
  func unset(machine: String?) {
    let service = Service("{}")
    let error = #expect(throws: PipelineError.self) { try start(starter(service, machine: machine)) }
    #expect(error?.name == .configurationInvalid && error?.message.hasPrefix("STATE_MACHINE_ARN is not set") == true)
    #expect(service.clients == 0)
  }
}
