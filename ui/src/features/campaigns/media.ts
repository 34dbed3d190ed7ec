// Labels of the images and videos of ads.
import { plain } from "../../components/text/text";
import type { Media } from "../../ipc";
import { sizeOf } from "../../lib/file-size";
import { counted, number } from "../../lib/numbers";

/** Returns text such as "jpeg, 1,080 × 1,920, 340 kB". */
export function fileOf({ video, file }: Media): string {
  if (!file) return "No details yet";
  const parts = [
    plain(file.format),
    file.width !== null && file.height !== null && `${number(file.width)} × ${number(file.height)}`,
    file.duration !== null && `${number(file.duration)} s`,
    file.size !== null && sizeOf(file.size),
  ].filter(Boolean);
  return parts.join(", ") || (video ? "A video" : "A picture");
}

/** Returns "1 video, 2 pictures", and how many of them were not read from TikTok yet. */
export function mediaOf(media: readonly Media[]): { label: string; missing: number } {
  const videos = media.filter(({ video }) => video).length;
  const pictures = media.length - videos;
  const label = [videos > 0 && counted(videos, "video"), pictures > 0 && counted(pictures, "picture")]
    .filter(Boolean)
    .join(", ");
  return { label: label || "None", missing: media.filter(({ file }) => !file).length };
}
