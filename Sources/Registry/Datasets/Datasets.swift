/// The datasets, of which each is a file: `statemachine/datasets/ID/dataset.yaml`.
public enum Datasets {
  /// The dataset of a request that names none.
  public static let standardID = "wwoz"
}
