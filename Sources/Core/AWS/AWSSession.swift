import FoundationEssentials
import HTTP
import Time

/// What the clients of one process share: the region, the credentials, the connections, and what was learnt of the clock.
public final class AWSSession {
  public let region: String
  let environment: [String: String]
  let credentials: CredentialsChain
  let transport: any AWSTransport
  let time: any TimeSource
  let random: any RandomNumberGenerator
  let backoff: Backoff
  /// Answers with the trace header of the moment.
  let trace: () -> String?
  /// AWS's clock less ours, in seconds, as the answer to a refused signature showed it.
  var clockOffset: Double = 0
  /// The time by AWS's clock, as far as we know it.
  var now: Date { time.now + clockOffset }

  /// A session as the environment says: what a function uses.
  /// - Parameters:
  ///   - region: when the caller knows it; else `AWS_REGION`, `AWS_DEFAULT_REGION`, and the profile's.
  ///   - profiles: the shared files, when they are to be read: for people's machines.
  /// - Throws: `invalidConfiguration` when no region is known.
  public convenience init(
    environment: [String: String], region: String? = nil, profiles: ProfileFiles? = nil,
    time: any TimeSource = SystemTime(), random: any RandomNumberGenerator = SystemRandomNumberGenerator()
  ) throws(AWSError) {
    let named = region ?? environment.nonEmpty("AWS_REGION") ?? environment.nonEmpty("AWS_DEFAULT_REGION")
    guard let region = named ?? profiles?.region else {
      throw AWSError(.invalidConfiguration, "finding the region", "AWS_REGION is not set")
    }
    let metadata = MetadataClient(time: time, random: random)
    var providers: [any CredentialsProvider] = [EnvironmentCredentials(environment)]
    if let profiles { providers.append(ProfileCredentials(profiles)) }
    providers.append(ContainerCredentials(environment, readFile: ProfileFiles.contents, metadata: metadata))
    providers.append(InstanceCredentials(environment, metadata: metadata))
    self.init(
      environment: environment, region: region, credentials: CredentialsChain(providers, time: time),
      transport: HTTPClient(Self.transportOptions, time: time, random: random), time: time, random: random)
  }

  /// AWS takes many requests at once of one client; a site is asked for less.
  private static var transportOptions: HTTPClient.Options {
    var options = HTTPClient.Options()
    options.maximumPerHost = options.maximumInFlight
    return options
  }

  /// A session of parts.
  /// - Parameter trace: answers with the trace header that a request carries on; without it the process's environment does.
  public init(
    environment: [String: String] = [:], region: String, credentials: CredentialsChain, transport: any AWSTransport,
    time: any TimeSource = SystemTime(), random: any RandomNumberGenerator = SystemRandomNumberGenerator(),
    backoff: Backoff = Backoff(base: .milliseconds(100), cap: .seconds(20), maximumAttempts: 5),
    trace: (() -> String?)? = nil
  ) {
    self.environment = environment
    self.region = region
    self.credentials = credentials
    self.transport = transport
    self.time = time
    self.random = random
    self.backoff = backoff
    self.trace = trace ?? { TraceHeader.current(in: environment) }
  }
}
