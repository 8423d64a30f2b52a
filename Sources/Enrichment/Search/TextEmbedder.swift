/// A model that turns a text into a vector whose angle to another text's tells how alike they are in meaning.
public protocol TextEmbedder {
  /// Returns a normalised vector, of 384 numbers for the model that the database's vectors are of.
  func embed(_ text: String) -> [Float]
}
