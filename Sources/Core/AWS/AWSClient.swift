import FoundationEssentials
import HTTP
import Time

/// Calls one service: signs every attempt afresh, tries again what may pass, and turns refusals into `AWSError`.
final class AWSClient {
  let service: AWSService
  let session: AWSSession
  let endpoint: AWSEndpoint
  private var signer: SignatureV4
  private let retrier: Retrier

  init(_ service: AWSService, session: AWSSession, region: String? = nil) throws(AWSError) {
    let region = region ?? session.region
    self.service = service
    self.session = session
    endpoint = try AWSEndpoint.of(service, region: region, environment: session.environment)
    signer = SignatureV4(service: service.signingName, region: region)
    retrier = Retrier(session.backoff, time: session.time, random: session.random)
  }

  /// The answer, of a status 2xx, as `read` takes it. What `read` throws is judged as an answer of the service would be.
  func send<Value>(
    _ request: AWSRequest, deadline: Deadline, _ read: (HTTPResponse) throws(AWSError) -> Value
  ) throws(AWSError) -> Value {
    var answerWasLost = false
    do throws(AWSError) {
      return try retrier.runTyped(until: deadline, advice: advice) { (_) throws(AWSError) in
        do throws(AWSError) { return try read(try correctingOnce(request, deadline)) } catch {
          answerWasLost = answerWasLost || error.outcomeIsUnknown
          throw error
        }
      }
    } catch {
      var error = error
      error.followsLostAnswer = answerWasLost
      throw error
    }
  }

  private func advice(_ error: AWSError) -> RetryAdvice {
    error.isTransient ? .retry(after: error.retryAfter) : .giveUp
  }

  /// One attempt, and one more at once where the refusal shows how to mend it: our clock is wrong (a frozen sandbox, a
  /// laptop), or the credentials have expired since they were fetched.
  private func correctingOnce(_ request: AWSRequest, _ deadline: Deadline) throws(AWSError) -> HTTPResponse {
    do { return try attempt(request, deadline) } catch {
      if let skew = error.clockSkew {
        session.clockOffset += skew
      } else if error.saysExpired {
        session.credentials.discard()
      } else {
        throw error
      }
    }
    return try attempt(request, deadline)
  }

  private func attempt(_ request: AWSRequest, _ deadline: Deadline) throws(AWSError) -> HTTPResponse {
    let operation = "\(service.name) \(request.operation)"
    guard !deadline.hasPassed else {
      throw AWSError(.timedOut, operation, of: request.resource, "there is no time left for it")
    }
    let credentials = try session.credentials.credentials(deadline: deadline)
    var unsigned = HTTPRequest(
      request.method, request.url(at: request.endpoint ?? endpoint), headers: request.headers, body: request.body,
      timeout: request.timeout, maximumBodyBytes: request.maximumBodyBytes, maximumRedirects: 0)
    // What is summed and stored is the object as it lies there.
    unsigned.acceptsCompression = false
    let signed = try signer.sign(unsigned, with: credentials, at: session.now)
    let answer: HTTPResponse
    do { answer = try session.transport.send(signed, deadline: deadline) } catch {
      throw AWSError(
        error, operation: operation, resource: request.resource, deadline: deadline)
    }
    guard answer.isSuccess else {
      throw AWSError(answer, operation: operation, resource: request.resource, now: session.now)
    }
    return answer
  }
}
