// A photo as it is sent: one that a phone's camera took is made smaller first, so that it goes over a slow line. What cannot be drawn is
// sent as it is, and the server says what is wrong with it. It must not keep it.

const SMALL_BYTES = 1_000_000;
const LONGEST = 2000;

function loaded(window: Window & typeof globalThis, url: string): Promise<HTMLImageElement> {
  return new Promise((done, failed) => {
    const image = new window.Image();
    image.onload = () => done(image);
    image.onerror = () => failed(new Error('it cannot be drawn'));
    image.src = url;
  });
}

export async function small_photo(window: Window & typeof globalThis, photo: Blob): Promise<Blob> {
  // The server turns it as the camera held it, and drops where it was taken.
  if (photo.size <= SMALL_BYTES && /^image\/(jpeg|png)$/.test(photo.type)) return photo;
  const url = window.URL.createObjectURL(photo);
  try {
    const image = await loaded(window, url);
    const { naturalWidth: width, naturalHeight: height } = image;
    const scale = Math.min(1, LONGEST / Math.max(width, height));
    const canvas = window.document.createElement('canvas');
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const small = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/jpeg', 0.85));
    return small ?? photo;
  } catch {
    return photo;
  } finally {
    window.URL.revokeObjectURL(url);
  }
}
