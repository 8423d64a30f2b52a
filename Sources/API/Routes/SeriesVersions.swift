import APIEvents
import AWS
import Contracts
import Datasets
import Definitions
import Settings
import Time
import Versions

/// The versions of datasets, by their definitions.
public enum SeriesVersions {
  /// Reads only the section of the versions in a definition.
  private static let plugins = KnownPlugins(sinkPublishers: [SinkPublisher("projections", of: VersionedSettings.form)])

  /// - Parameters:
  ///   - environment: has the folder of the definitions, their variables, and the credentials and endpoint of S3.
  ///   - withProfiles: true if a person's files may have credentials.
  public static func opening(_ environment: [String: String], withProfiles: Bool) -> SeriesRoute.Opening {
    { (id) throws(PipelineError) in
      let catalog = DatasetCatalog(DatasetFolder(from: environment), plugins: plugins) {
        Configuration(environment: environment)
      }
      let definition: Definition
      do throws(PipelineError) { definition = try catalog.definition(id) } catch {
        guard error.name != .invalidInput else { return nil }
        throw error
      }
      guard let section = definition.sinks.first(where: { $0.plugin == VersionedSettings.plugin }) else { return nil }
      let place = VersionedSettings(section)
      do throws(AWSError) {
        let session = try AWSSession(
          environment: environment, region: place.region,
          profiles: withProfiles ? ProfileFiles(environment: environment) : nil)
        return VersionStore(BucketObjects(try S3Client(session), bucket: place.bucket), dataset: id)
      } catch { throw PipelineError(versions: error) }
    }
  }
}
