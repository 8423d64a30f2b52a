import FoundationEssentials
import HTTP
import Time

/// The state that the clients of one process share: region, credentials, connections, and the clock skew.
public final class AWSSession {
  public let region: String
  let environment: [String: String]
  let credentials: CredentialsChain
  let transport: any AWSTransport
  let time: any TimeSource
  let random: any RandomNumberGenerator
  let backoff: Backoff
  /// Returns the current trace header.
  let trace: () -> String?
  /// AWS's clock minus the local clock in seconds, from the response to a refused signature.
  var clockOffset: Double = 0
  /// The time by AWS's clock, as far as it is known.
  package var now: Date { time.now + clockOffset }

  /// Creates a session from the environment, as the functions do.
  /// - Parameters:
  ///   - region: the region; nil for `AWS_REGION`, then `AWS_DEFAULT_REGION`, then the profile's.
  ///   - profiles: the shared files of a person's machine; nil to ignore them.
  /// - Throws: `invalidConfiguration` if no region is known.
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

  /// AWS accepts more concurrent requests per host than a web site.
  private static var transportOptions: HTTPClient.Options {
    var options = HTTPClient.Options()
    options.maximumPerHost = options.maximumInFlight
    return options
  }

  /// Creates a session from its parts.
  /// - Parameter trace: returns the trace header of a request; nil to take it from the environment of the process.
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
