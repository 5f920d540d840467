// An act on an account as the list shows it: where somebody else has changed it meanwhile, the list shows that from now on, and the
// refusal says so. It must not know what the act is.
import { queryClient } from '../api/query';
import { Refusal } from '../api/refusal';

export async function asSeen<T>(act: Promise<T>): Promise<T> {
  try {
    return await act;
  } catch (thrown) {
    if (thrown instanceof Refusal && thrown.meanwhile) {
      await queryClient.invalidateQueries({ queryKey: ['unit-admins'] });
    }
    throw thrown;
  }
}
