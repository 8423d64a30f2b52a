/// An environment variable that this project reads. This file is the one list: `.env.example` is generated from it.
public struct EnvironmentVariable: Equatable, Sendable {
  public let name: String
  /// The value that is used if the variable is missing; nil if there is none. An empty text stands for a default that
  /// depends on something else, as the summary says.
  public let standard: String?
  /// The meaning, in one or two sentences.
  public let summary: String
  /// The programs that read it.
  public let readers: String
  /// True if the value is a secret: it may come from Secrets Manager (`NAME_SECRET_ARN`) and is never shown.
  public let isSecret: Bool

  private init(
    _ name: String, standard: String? = nil, isSecret: Bool = false, readers: String, _ summary: String
  ) {
    self.name = name
    self.standard = standard
    self.isSecret = isSecret
    self.readers = readers
    self.summary = summary
  }
}

/// The source.
extension EnvironmentVariable {
  public static let baseURL = EnvironmentVariable(
    "BASE_URL", standard: "", readers: "Scraper",
    "The address of the source's site, http:// or https:// and a host. By default the dataset's own. A replay uses the "
      + "site of its archive.")
  public static let userAgent = EnvironmentVariable(
    "USER_AGENT", standard: "", readers: "Scraper",
    "The User-Agent header; the part before the first / or space selects the group in robots.txt. By default the "
      + "dataset's own.")
  public static let requestsPerSecond = EnvironmentVariable(
    "SOURCE_REQUESTS_PER_SECOND", standard: "10", readers: "Scraper",
    "The rate for all scrapers of a run together, 0.01 to 100000.")
}

/// The datasets.
extension EnvironmentVariable {
  public static let datasetsFolder = EnvironmentVariable(
    "DATASETS_DIR", standard: "", readers: "all functions, festvibes",
    "The folder of the datasets' definitions. By default /datasets, where an image has them, else statemachine/datasets."
  )
  public static let hostDataset = EnvironmentVariable(
    "DATASET_ID", standard: "", readers: "festvibes run --in-process",
    "The dataset that a process runs without AWS, if --dataset does not name one. By default the standard one.")
}

/// The stores.
extension EnvironmentVariable {
  public static let bucket = EnvironmentVariable(
    "S3_BUCKET_NAME", standard: "fest-vibes-ai-etl-pipeline-data",
    readers: "Scraper, Loader, CacheManager, ReadAPI, festvibes replay --dry-run",
    "The bucket of documents, archives, shared pages and reports.")
  public static let bucketRegion = EnvironmentVariable(
    "S3_REGION", standard: "us-east-1",
    readers: "Scraper, Loader, CacheManager, ReadAPI, festvibes replay --dry-run", "The bucket's region.")
  public static let processedBucket = EnvironmentVariable(
    "AWS_S3_BUCKET_PROCESSED", standard: "", readers: "CacheManager",
    "The bucket of the processed zone, of datasets with publish: processed. By default that in S3_BUCKET_NAME.")
  public static let projectionTopic = EnvironmentVariable(
    "SNS_PROJECTION_TOPIC_ARN", standard: "", readers: "CacheManager",
    "The topic of SNS that gets a message about each projected version of time series. By default there is none.")
  public static let completionTopic = EnvironmentVariable(
    "SNS_COMPLETION_TOPIC_ARN", standard: "", readers: "CacheManager",
    "The topic of SNS that gets a message about each complete run of a dataset with publish: completion. By default there is "
      + "none.")
  public static let notificationPhone = EnvironmentVariable(
    "NOTIFICATION_PHONE_NUMBER", standard: "", isSecret: true, readers: "CacheManager",
    "The phone that gets the same message as a text: a number with + and the country's code. By default there is none.")
  public static let rawFolder = EnvironmentVariable(
    "RAW_FOLDER", standard: "", readers: "festvibes run --in-process, replay --dry-run, doctor",
    "A folder of this machine for documents, archives and shared pages, in place of the bucket: an absolute path. All "
      + "processes that use it must be on one machine. The functions on Lambda do not read it.")
  public static let ledger = EnvironmentVariable(
    "LEDGER", standard: "on", readers: "Loader, CacheManager, festvibes",
    "off: there is no database, and so no ledger of runs. PG_DATABASE_URL must be missing, REDIS_URL may be, and a dataset "
      + "that needs a database is refused by name. on: also `festvibes run --in-process` needs PG_DATABASE_URL.")
  public static let databaseURL = EnvironmentVariable(
    "PG_DATABASE_URL", isSecret: true,
    readers: "Loader, CacheManager, festvibes status, rejected, migrate, doctor, --dry-run, --only-missing, --live",
    "The Postgres database: postgresql://user:password@host:5432/name, for another machine with "
      + "?sslmode=verify-full&sslrootcert=FILE.")
  public static let allowWeakTLS = EnvironmentVariable(
    "PG_ALLOW_WEAK_TLS", standard: "false",
    readers: "Loader, CacheManager, festvibes status, rejected, migrate, doctor, --dry-run, --only-missing, --live",
    "true accepts a database on another machine with a weaker sslmode than verify-full: whoever answers in its place gets "
      + "the password and the data.")
  public static let streamFailures = EnvironmentVariable(
    "STREAM_FAILURES_QUEUE_URL", standard: "", readers: "Loader",
    "The queue of SQS that gets a message about each record of a stream that cannot be read. By default the record is only "
      + "kept, under rejected/stream/ in the bucket.")
  public static let minimumListingRatio = EnvironmentVariable(
    "MIN_LISTING_RATIO", standard: "0.5", readers: "Loader, festvibes replay --dry-run",
    "A listing with less than this part of its date's stored events is not loaded, nor one of other events; 0 loads any."
  )
  public static let formerMinimumListingRatio = EnvironmentVariable(
    "SHRINK_FLOOR", standard: "", readers: "Loader, festvibes replay --dry-run",
    "The former name of MIN_LISTING_RATIO, read if that one is missing.")
  public static let redisURL = EnvironmentVariable(
    "REDIS_URL", isSecret: true, readers: "CacheManager, festvibes show, status, doctor",
    "The Redis server: rediss:// (TLS) or redis://, with user and password.")
  public static let allowPlainRedis = EnvironmentVariable(
    "REDIS_ALLOW_PLAIN", standard: "false", readers: "CacheManager, festvibes show, status, doctor",
    "true accepts a password in a redis:// address of another machine, which sends it in clear.")
  public static let redisAuthorities = EnvironmentVariable(
    "REDIS_CA_FILE", standard: "", readers: "CacheManager, festvibes show, status, doctor",
    "A PEM file with the authorities that rediss:// trusts. By default the system's.")
  public static let redisTimeout = EnvironmentVariable(
    "REDIS_SOCKET_TIMEOUT", standard: "5", readers: "CacheManager, festvibes show, status, doctor",
    "The timeout of one wait for Redis, in seconds.")
  public static let redisConnectTimeout = EnvironmentVariable(
    "REDIS_SOCKET_CONNECT_TIMEOUT", standard: "5", readers: "CacheManager, festvibes show, status, doctor",
    "The timeout of a connection to Redis, in seconds.")
}

/// The enrichment.
extension EnvironmentVariable {
  public static let embeddingWeights = EnvironmentVariable(
    "EMBEDDING_WEIGHTS", standard: "/weights/all-MiniLM-L6-v2.fp16",
    readers: "Enricher, festvibes search, serve, doctor, run --in-process",
    "The file of the model's weights, which make weights makes. Each enrichment opens it, for its version. A run in one "
      + "process enriches if this is set.")
}

/// Geocoding of venues.
extension EnvironmentVariable {
  public static let geocoder = EnvironmentVariable(
    "GEOCODER", standard: "census", readers: "Enricher, festvibes run --in-process",
    "The geocoder of venues' addresses: census (the US Census Bureau's, without a key), google, nominatim (a server of your "
      + "own) or none.")
  public static let geocoderURL = EnvironmentVariable(
    "GEOCODER_URL", standard: "", readers: "Enricher, festvibes run --in-process",
    "The address of the geocoder's server: needed with GEOCODER=nominatim. By default the provider's own.")
  public static let googleMapsKey = EnvironmentVariable(
    "GOOGLE_MAPS_API_KEY", standard: "", isSecret: true, readers: "Enricher, festvibes run --in-process",
    "The key of Google's Geocoding API, which GEOCODER=google needs.")
}

/// The read API.
extension EnvironmentVariable {
  public static let apiHost = EnvironmentVariable(
    "API_HOST", standard: "127.0.0.1", readers: "festvibes serve, doctor",
    "The address of this machine on which the read API listens. By default only this machine reaches it.")
  public static let apiPort = EnvironmentVariable(
    "API_PORT", standard: "8000", readers: "festvibes serve, doctor", "The port of the read API.")
  public static let apiKey = EnvironmentVariable(
    "API_KEY", standard: "", isSecret: true, readers: "ReadAPI, festvibes serve, doctor",
    "The keys that open the read API, with commas between them: each of 16 characters or more, or sha256: and the "
      + "hexadecimal SHA-256 of one.")
  public static let apiPublic = EnvironmentVariable(
    "API_PUBLIC", standard: "false", readers: "ReadAPI, festvibes serve, doctor",
    "true lets everybody read the data without a key. The ledger and the page for operators need one all the same.")
  public static let apiOrigins = EnvironmentVariable(
    "API_CORS_ORIGINS", standard: "", readers: "ReadAPI, festvibes serve, doctor",
    "The sites whose pages may read the API in a browser: origins with commas between them, or *. By default none.")
  public static let apiDatabaseURL = EnvironmentVariable(
    "API_DATABASE_URL", standard: "", isSecret: true, readers: "ReadAPI, festvibes serve, doctor",
    "The database with a role that may only read, which festvibes migrate --api prepares. By default PG_DATABASE_URL, in "
      + "transactions that only read.")
  public static let apiSchedules = EnvironmentVariable(
    "API_SCHEDULES", standard: "", readers: "ReadAPI, festvibes serve, report, doctor",
    "The schedules that the deployment starts, with commas between them: DATASET, or DATASET/JOB. The operators' page "
      + "expects no other. By default none; on the local stack those of its scheduler.")
}

/// The local stack.
extension EnvironmentVariable {
  public static let enableScheduler = EnvironmentVariable(
    "ENABLE_SCHEDULER", standard: "false", readers: "make up, festvibes datasets, status, run --in-process",
    "true lets the local stack start the runs of the datasets' schedules, by festvibes schedule; so does run --in-process, "
      + "if no dataset is named. On AWS EventBridge starts them.")
}

/// AWS and the functions' surroundings. Core reads these by the names that AWS's own tools use.
extension EnvironmentVariable {
  public static let stateMachine = EnvironmentVariable(
    "STATE_MACHINE_ARN",
    readers: "DateRangeGenerator of a queue, festvibes run, schedule, watch, stop, retry, replay, cache, status, logs, "
      + "doctor, invoke",
    "The state machine that runs the pipeline.")
  public static let commandLine = EnvironmentVariable(
    "FESTVIBES_COMMAND", standard: "", readers: "festvibes",
    "How a person's shell calls festvibes, for the commands in its lines 'next: …' and on the operators' page; make run sets "
      + "it. By default as it was called.")
  public static let endpoint = EnvironmentVariable(
    "AWS_ENDPOINT_URL", standard: "", readers: "all programs that call AWS",
    "The address of a local AWS. By default the region's own. AWS_ENDPOINT_URL_S3 and the like name it by service.")
  public static let region = EnvironmentVariable(
    "AWS_REGION", standard: "", readers: "all programs that call AWS",
    "The region, also as AWS_DEFAULT_REGION. Lambda sets it.")
  public static let accessKey = EnvironmentVariable(
    "AWS_ACCESS_KEY_ID", standard: "", isSecret: true, readers: "all programs that call AWS",
    "Credentials, with AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN. By default those of AWS_PROFILE, of the container "
      + "or of the instance, as in AWS's own tools.")
  public static let logLevel = EnvironmentVariable(
    "LOG_LEVEL", standard: "INFO", readers: "all functions, festvibes",
    "The lowest level that is logged: TRACE, DEBUG, INFO, WARN, ERROR or FATAL. On Lambda, AWS_LAMBDA_LOG_LEVEL wins.")
  public static let logFormat = EnvironmentVariable(
    "AWS_LAMBDA_LOG_FORMAT", standard: "Text", readers: "all functions", "Text or JSON. Lambda sets it.")
}

extension EnvironmentVariable {
  /// Every variable, in the order of `.env.example`.
  public static let all = [
    baseURL, userAgent, requestsPerSecond, datasetsFolder, hostDataset, bucket, bucketRegion, processedBucket,
    projectionTopic, completionTopic, notificationPhone, rawFolder, ledger, databaseURL, allowWeakTLS, streamFailures,
    minimumListingRatio,
    formerMinimumListingRatio, redisURL,
    allowPlainRedis,
    redisAuthorities, redisTimeout, redisConnectTimeout, embeddingWeights, geocoder, geocoderURL, googleMapsKey,
    apiHost, apiPort, apiKey, apiPublic, apiOrigins, apiDatabaseURL, apiSchedules, enableScheduler, stateMachine,
    commandLine,
    endpoint, region, accessKey, logLevel, logFormat,
  ]

  /// The text of `.env.example`: each variable with its meaning, readers and default, commented out.
  public static var example: String {
    let head = """
      # The settings of FestVibes ETL. Copy this file to .env, which make and festvibes read and git ignores.
      # Variables that are set in the environment win. A setting NAME of a function may be replaced by NAME_SECRET_ARN, the
      # ARN of a Secrets Manager secret that holds the value; STATE_MACHINE_ARN and the AWS_ variables may not. Generated
      # from Sources/Pipeline/Settings/EnvironmentVariable.swift by `make env-example`.

      """
    return all.reduce(head) { text, variable in
      let kind = variable.isSecret ? "secret" : variable.standard == nil ? "required" : "optional"
      return text + "\n# \(variable.summary)\n# Read by: \(variable.readers) (\(kind)).\n"
        + "#\(variable.name)=\(variable.standard ?? "")\n"
    }
  }
}
